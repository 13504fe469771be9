"""In which order are the formats asked?

The order matters: a definite signature before a prefix that needs a walk, because PNG's first
octet also begins an OpenPGP packet; every walk before text, because armoured ciphertext is
printable; and a buried data set after all containers, since a stored archive holds some too.
"""

from agent.imaging.formats import archive, cms, dicom, mail, pdf, pem, raster, text
from agent.imaging.formats.base import Ask

ASKED: tuple[Ask, ...] = (
    dicom.prefixed,
    raster.signature,
    pdf.document,
    archive.gzip,
    archive.zipped,
    cms.structure,
    dicom.bare,
    raster.bitmap,
    dicom.buried,
    pem.armoured,
    mail.smime,
    text.encoded,
    text.plain,
)
