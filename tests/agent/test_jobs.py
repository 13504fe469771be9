"""What a job of Windows is told of its bounds."""

import pytest

from agent import jobs


def test_an_errand_is_bounded_in_memory_and_dies_with_its_handle():
    said = jobs.Limits(priority=jobs.BELOW_NORMAL, each=256 << 20).of_memory()

    assert said.BasicLimitInformation.LimitFlags == 0x2000 | 0x100 | 0x20
    assert said.ProcessMemoryLimit == 256 << 20


def test_the_job_of_the_service_does_not_end_with_a_handle():
    said = jobs.Limits(all=768 << 20, stays=True).of_memory()

    assert said.BasicLimitInformation.LimitFlags == 0x200
    assert said.JobMemoryLimit == 768 << 20


@pytest.mark.parametrize(("processors", "rate"), [(8, 1250), (3, 3333)])
def test_one_processor_is_a_share_of_all(processors, rate):
    said = jobs.Limits(processors=1.0).of_time(processors)

    assert said is not None
    assert (said.ControlFlags, said.CpuRate) == (5, rate)


@pytest.mark.parametrize("limits", [jobs.Limits(), jobs.Limits(processors=1.0)])
def test_a_machine_with_one_processor_needs_no_bound(limits):
    assert limits.of_time(1) is None
