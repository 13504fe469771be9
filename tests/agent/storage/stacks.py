"""Storage as practices have it, and as it goes wrong: each stack, and how it must be judged.

A row says of each place: protection, mechanism, cipher. Protection and cipher in angle brackets
are reasons why they are not known.
"""

from collections.abc import Callable

from tests.agent.storage.machine import GIB, Machine, luks1, luks2, opened, segment

AES = "xts_aes_256"
Expected = dict[str, tuple[str, str | None, str | None]]
STACKS: dict[str, tuple[Callable[[Machine], None], Expected]] = {}


def stack(**expected: tuple[str, str | None, str | None]) -> Callable:
    named = {_place(name): row for name, row in expected.items()}

    def keep(build: Callable[[Machine], None]) -> Callable[[Machine], None]:
        STACKS[build.__name__.replace("_", " ")] = (build, named)
        return build

    return keep


def _place(word: str) -> str:
    return {"root": "/", "swap": "swap-1", "closed": "volume-1"}.get(word, f"/{word}")


PLAIN = ("unprotected", "none", None)
LUKS = ("protected", "luks2", AES)


@stack(root=LUKS)
def lvm_on_luks(m: Machine) -> None:
    vault = m.crypt("vault", m.partition(m.disk("sda", "8:0"), "8:2"))
    m.mount(m.mapped("vg-root", "LVM-1", vault), "/")


@stack(root=LUKS, srv=PLAIN)
def luks_on_lvm_beside_a_plain_volume(m: Machine) -> None:
    disk = m.partition(m.disk("sda", "8:0"), "8:2")
    m.mount(m.crypt("root", m.mapped("vg-root", "LVM-1", disk)), "/")
    m.mount(m.mapped("vg-srv", "LVM-2", disk), "/srv")


@stack(root=LUKS)
def luks_on_raid_1(m: Machine) -> None:
    m.mount(m.crypt("root", m.raid(m.disk("sda", "8:0"), m.disk("sdb", "8:16"))), "/")


@stack(root=PLAIN)
def lvm_over_two_disks_one_plain(m: Machine) -> None:
    vault = m.crypt("vault", m.disk("sda", "8:0"))
    m.mount(m.mapped("vg-root", "LVM-1", vault, m.disk("sdb", "8:16")), "/")


@stack(root=PLAIN)
def btrfs_over_two_devices_one_plain(m: Machine) -> None:
    m.crypt("vault", m.disk("sda", "8:0"))
    m.disk("sdb", "8:16")
    _btrfs(m, "dm-0", "sdb")
    m.mount("0:40", "/", "btrfs", "/dev/mapper/vault")


@stack(root=LUKS)
def btrfs_over_two_encrypted_devices(m: Machine) -> None:
    m.crypt("one", m.disk("sda", "8:0"))
    m.crypt("two", m.disk("sdb", "8:16"))
    _btrfs(m, "dm-0", "dm-1")
    m.mount("0:40", "/", "btrfs", "/dev/mapper/one", root="/@")
    m.mount("0:40", "/home", "btrfs", "/dev/mapper/one", root="/@home")


def _btrfs(m: Machine, *names: str) -> None:
    for name in names:
        at = "/sys/fs/btrfs/0f0f0f0f-1111-2222-3333-444444444444/devices"
        m.files[f"{at}/{name}"] = {"link": f"/sys/class/block/{name}"}


@stack(root=LUKS, swap=PLAIN)
def luks_root_and_plain_swap(m: Machine) -> None:
    disk = m.disk("sda", "8:0")
    m.mount(m.crypt("root", m.partition(disk, "8:2")), "/")
    m.partition(disk, "8:3")
    m.swap("/dev/sda3")


@stack(root=LUKS, home=PLAIN)
def luks_root_and_plain_home(m: Machine) -> None:
    disk = m.disk("sda", "8:0")
    m.mount(m.crypt("root", m.partition(disk, "8:2")), "/")
    m.mount(m.partition(disk, "8:3"), "/home")


@stack(srv=("protected", "veracrypt", AES))
def veracrypt_by_cryptsetup(m: Machine) -> None:
    m.mount(m.crypt("images", m.disk("sdb", "8:16"), "TCRYPT"), "/srv")


@stack(srv=("protected", "veracrypt", AES))
def veracrypt_by_its_own_program(m: Machine) -> None:
    number = m.mapped("veracrypt1", "", m.disk("sdb", "8:16"))
    m.piece("veracrypt1", 0, 50 * GIB)
    m.mount(number, "/srv")


@stack(srv=("protected", "bitlocker", AES))
def bitlocker_by_cryptsetup(m: Machine) -> None:
    m.mount(m.crypt("stick", m.disk("sdb", "8:16"), "BITLK"), "/srv")


@stack(root=("unprotected", "luks2", "null_cipher"))
def luks_with_the_null_cipher(m: Machine) -> None:
    m.mount(m.crypt("root", m.disk("sda", "8:0"), cipher="cipher_null-ecb"), "/")


@stack(root=LUKS, srv=LUKS)
def a_loop_file_on_a_luks_volume(m: Machine) -> None:
    m.mount(m.crypt("root", m.disk("sda", "8:0")), "/")
    m.mount(m.loop("/var/lib/images.img"), "/srv")


@stack(root=PLAIN, srv=PLAIN)
def a_loop_file_on_a_plain_volume(m: Machine) -> None:
    m.mount(m.disk("sda", "8:0"), "/")
    m.mount(m.loop("/var/lib/images.img"), "/srv")


@stack(srv=LUKS)
def a_bind_mount_of_an_imaging_folder(m: Machine) -> None:
    vault = m.crypt("vault", m.disk("sda", "8:0"))
    m.mount(vault, "/srv")
    m.mount(vault, "/mnt/images", root="/images")


@stack(root=PLAIN)
def raid_1_of_an_encrypted_and_a_plain_member(m: Machine) -> None:
    m.mount(m.raid(m.crypt("half", m.disk("sda", "8:0")), m.disk("sdb", "8:16")), "/")


@stack(root=("converting", "luks2", AES))
def encryption_under_way(m: Machine) -> None:
    half = 25 * GIB
    header = luks2(segment(size=str(half)), segment("linear", offset=str(half)), converting=True)
    number = m.mapped("root", "CRYPT-LUKS2-abc-root", m.disk("sda", "8:0", content=header))
    m.piece("root", 0, half)
    m.mount(number, "/")


@stack(swap=("protected", "dm_plain", AES))
def swap_with_a_random_key(m: Machine) -> None:
    m.crypt("cryptswap", m.disk("sda", "8:0"), "PLAIN")
    m.swap("/dev/mapper/cryptswap")


@stack(swap=PLAIN)
def swap_in_compressed_memory(m: Machine) -> None:
    m.files["/sys/class/block/zram0/backing_dev"] = "none\n"
    m.swap("/dev/zram0")


@stack(swap=PLAIN)
def swap_in_memory_that_is_written_back_to_a_plain_disk(m: Machine) -> None:
    m.disk("sdb", "8:16")
    m.files["/sys/class/block/zram0/backing_dev"] = "/dev/sdb\n"
    m.swap("/dev/zram0")


@stack(root=LUKS, swap=LUKS)
def a_swap_file_on_a_luks_volume(m: Machine) -> None:
    m.mount(m.crypt("root", m.disk("sda", "8:0")), "/")
    m.swap("/swapfile", "file")


@stack(closed=("locked", "luks2", None))
def a_closed_luks_volume(m: Machine) -> None:
    m.disk("sdb", "8:16", content=luks2())


@stack(closed=("locked", "bitlocker", None))
def a_closed_bitlocker_volume(m: Machine) -> None:
    m.disk("sdb", "8:16", content=b"\xeb\x58\x90-FVE-FS-".ljust(4096, b"\0"))


@stack(closed=PLAIN)
def a_windows_disk_that_nobody_mounted(m: Machine) -> None:
    m.disk("sdb", "8:16", content=b"\xeb\x52\x90NTFS    ".ljust(4096, b"\0"))


@stack(closed=("<unrecognised>", None, None))
def a_disk_of_random_bytes(m: Machine) -> None:
    m.disk("sdb", "8:16", content=b"\x9b\x11\xf3" * 2000)


ZFS = "zfs get -H -p -t filesystem -o name,property,value encryption,keystatus"
POOL = "zpool list -v -H -P -L"


@stack(tank=("protected", "zfs", "aes_gcm"))
def zfs_that_encrypts(m: Machine) -> None:
    m.mount("0:50", "/tank", "zfs", "tank")
    m.programs[ZFS] = "tank\tencryption\taes-256-gcm\ntank\tkeystatus\tavailable\n"


@stack(tank=PLAIN)
def zfs_that_does_not(m: Machine) -> None:
    m.disk("sdb", "8:16")
    m.mount("0:50", "/tank", "zfs", "tank")
    m.programs[ZFS] = "tank\tencryption\toff\n"
    m.programs[POOL] = "tank\t900G\n\t/dev/sdb\t900G\n"


@stack(tank=LUKS)
def zfs_on_luks(m: Machine) -> None:
    m.crypt("vault", m.disk("sdb", "8:16"))
    m.mount("0:50", "/tank", "zfs", "tank")
    m.programs[ZFS] = "tank\tencryption\toff\n"
    m.programs[POOL] = "tank\t900G\n\t/dev/mapper/vault\t900G\n"


@stack(tank=("<tool_missing>", None, None))
def zfs_without_its_tool(m: Machine) -> None:
    m.mount("0:50", "/tank", "zfs", "tank")
    m.programs[ZFS] = {"error": "tool_missing"}


@stack(root=PLAIN, srv=("protected", "fuse", "<not_collected>"))
def gocryptfs(m: Machine) -> None:
    m.mount(m.disk("sda", "8:0"), "/")
    m.mount("0:50", "/srv", "fuse.gocryptfs", "/var/cipher")


@stack(root=PLAIN, srv=("<unrecognised>", None, None))
def encfs_which_may_have_no_cipher(m: Machine) -> None:
    m.mount(m.disk("sda", "8:0"), "/")
    m.mount("0:50", "/srv", "fuse.encfs", "encfs")


@stack(srv=("protected", "ecryptfs", "cbc_aes_128"))
def ecryptfs(m: Machine) -> None:
    options = "rw,ecryptfs_sig=ab,ecryptfs_cipher=aes,ecryptfs_key_bytes=16"
    m.mount("0:50", "/srv", "ecryptfs", "/srv/.private", options=options)


@stack(srv=("<conflict>", "ecryptfs", None))
def ecryptfs_that_lets_plain_files_through(m: Machine) -> None:
    options = "rw,ecryptfs_cipher=aes,ecryptfs_key_bytes=16,ecryptfs_passthrough"
    m.mount("0:50", "/srv", "ecryptfs", "/srv/.private", options=options)


@stack(srv=("<not_local>", None, None))
def a_network_share(m: Machine) -> None:
    m.mount("0:50", "/srv", "nfs4", "nas:/images")


@stack(root=("<container>", None, None))
def the_layers_of_a_container(m: Machine) -> None:
    m.mount("0:50", "/", "overlay", "overlay", options="rw,upperdir=/var/lib/docker/1")


@stack(root=LUKS)
def containers_on_an_encrypted_machine(m: Machine) -> None:
    m.mount(m.crypt("root", m.disk("sda", "8:0")), "/")
    m.mount("0:50", "/var/lib/docker/merged", "overlay", "overlay")


@stack(root=LUKS)
def no_dmsetup_but_a_luks2_header(m: Machine) -> None:
    m.table = {"error": "tool_missing"}
    disk = m.disk("sda", "8:0", content=luks2())
    m.mount(m.mapped("root", "CRYPT-LUKS2-abc-root", disk, size=opened(luks2())), "/")


@stack(root=("protected", "luks1", AES))
def no_dmsetup_but_a_luks1_header(m: Machine) -> None:
    m.table = {"error": "tool_missing"}
    disk = m.disk("sda", "8:0", content=luks1())
    m.mount(m.mapped("root", "CRYPT-LUKS1-abc-root", disk, size=opened(luks1())), "/")


@stack(root=("unprotected", "luks2", "null_cipher"))
def no_dmsetup_and_a_header_with_the_null_cipher(m: Machine) -> None:
    m.table = {"error": "tool_missing"}
    disk = m.disk("sda", "8:0", content=luks2(segment(cipher="cipher_null-ecb"), key_size=16))
    m.mount(m.mapped("root", "CRYPT-LUKS2-abc-root", disk, size=opened(luks2())), "/")


@stack(root=("<tool_missing>", "luks2", None))
def no_dmsetup_and_the_header_elsewhere(m: Machine) -> None:
    m.table = {"error": "tool_missing"}
    m.mount(m.mapped("root", "CRYPT-LUKS2-abc-root", m.disk("sda", "8:0")), "/")


@stack(root=("<conflict>", "luks2", None))
def no_dmsetup_and_a_device_of_another_length(m: Machine) -> None:
    m.table = {"error": "tool_missing"}
    disk = m.disk("sda", "8:0", content=luks2())
    m.mount(m.mapped("root", "CRYPT-LUKS2-abc-root", disk), "/")


@stack(root=("<parse_error>", "luks2", None))
def no_dmsetup_and_a_damaged_header(m: Machine) -> None:
    m.table = {"error": "tool_missing"}
    damaged = bytearray(luks2())
    damaged[5000] ^= 1
    disk = m.disk("sda", "8:0", content=bytes(damaged))
    m.mount(m.mapped("root", "CRYPT-LUKS2-abc-root", disk), "/")


@stack(root=("<conflict>", "luks2", None))
def a_forged_name_over_a_plain_disk(m: Machine) -> None:
    m.mount(m.mapped("root", "CRYPT-LUKS2-abc-root", m.disk("sda", "8:0")), "/")


@stack(root=("unprotected", "luks2", AES))
def a_mapped_device_of_which_half_is_encrypted(m: Machine) -> None:
    number = m.mapped("root", "CRYPT-LUKS2-abc-root", m.disk("sda", "8:0", content=luks2()))
    m.piece("root", 0, 25 * GIB)
    m.mount(number, "/")


@stack(srv=PLAIN)
def xfs_with_its_log_on_a_plain_disk(m: Machine) -> None:
    m.disk("sdb", "8:16")
    m.mount(m.crypt("images", m.disk("sda", "8:0")), "/srv", "xfs", options="rw,logdev=/dev/sdb")


@stack(root=("<conflict>", None, None))
def a_device_that_sysfs_does_not_have(m: Machine) -> None:
    m.mount("8:1", "/")


@stack(root=LUKS)
def pieces_that_are_all_encrypted(m: Machine) -> None:
    number = m.mapped("root", "CRYPT-LUKS2-abc-root", m.disk("sda", "8:0", content=luks2()))
    m.piece("root", 0, 25 * GIB)
    m.piece("root", 25 * GIB, 25 * GIB)
    m.mount(number, "/")


@stack(root=("<parse_error>", "luks2", None))
def pieces_under_a_header_that_is_damaged(m: Machine) -> None:
    damaged = bytearray(luks2())
    damaged[5000] ^= 1
    disk = m.disk("sda", "8:0", content=bytes(damaged))
    number = m.mapped("root", "CRYPT-LUKS2-abc-root", disk)
    m.piece("root", 0, 25 * GIB)
    m.mount(number, "/")


@stack(root=("converting", "luks2", AES))
def encryption_under_way_and_no_dmsetup(m: Machine) -> None:
    m.table = {"error": "timeout"}
    header = luks2(segment(size=str(GIB)), segment("linear", offset=str(GIB)), converting=True)
    disk = m.disk("sda", "8:0", content=header)
    m.mount(m.mapped("root", "CRYPT-LUKS2-abc-root", disk), "/")


@stack(root=("<unrecognised>", "opal", None))
def a_disk_that_encrypts_by_itself_and_no_dmsetup(m: Machine) -> None:
    m.table = {"error": "tool_missing"}
    disk = m.disk("sda", "8:0", content=luks2(segment("hw-opal")))
    number = m.mapped("root", "CRYPT-LUKS2-abc-root", disk, size=opened(luks2()))
    m.mount(number, "/")


@stack(tank=("<unrecognised>", "zfs", None))
def a_disk_that_zfs_makes_up(m: Machine) -> None:
    m.mount(m.disk("zd0", "230:0", bus="virtual"), "/tank")


@stack(tank=LUKS)
def bcachefs_over_two_encrypted_disks(m: Machine) -> None:
    m.crypt("one", m.disk("sda", "8:0"))
    m.crypt("two", m.disk("sdb", "8:16"))
    m.mount("0:50", "/tank", "bcachefs", "/dev/mapper/one:/dev/mapper/two")


@stack(tank=("<conflict>", None, None))
def btrfs_of_which_sysfs_knows_nothing(m: Machine) -> None:
    m.crypt("one", m.disk("sda", "8:0"))
    m.mount("0:50", "/tank", "btrfs", "/dev/mapper/one")
