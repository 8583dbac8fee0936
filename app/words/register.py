"""The words for what is wrong with a file or a page of the register."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from app.language import N_
from app.services.register.cells import RegisterCode, RegisterFault

WORDS: Mapping[RegisterCode, str] = {
    RegisterCode.MISSING_COLUMN: N_("Falta esta columna. La primera fila debe tener: %(columns)s."),
    RegisterCode.DUPLICATE_COLUMN: N_("Esta columna está más de una vez. Borre una."),
    RegisterCode.ROW_LENGTH: N_("La fila tiene %(cells)s celdas y el encabezado %(columns)s."),
    RegisterCode.EMPTY: N_("Está vacía. Complétela, o borre la fila entera."),
    RegisterCode.INVISIBLE: N_("Hay un signo invisible en el lugar %(position)s. Bórrelo."),
    RegisterCode.TOO_LONG: N_("Es muy largo: caben %(limit)s letras."),
    RegisterCode.BAD_CODE: N_(
        "«%(value)s» no sirve como código. Use letras, números, puntos y guiones, sin espacios,"
        " hasta 32; el primer signo es una letra o un número."
    ),
    RegisterCode.DUPLICATE_CODE: N_(
        "El código «%(value)s» ya está en la fila %(first)s. Deje una sola de las dos."
    ),
    RegisterCode.TAKEN_CODE: N_("El código «%(value)s» ya está en uso. Elija otro."),
    RegisterCode.SIMULATED_CODE: N_(
        "«%(value)s» es de la demostración, que es simulada. Use otro código, o quítela antes:"
        " cabildo demo remove"
    ),
    RegisterCode.LOST_ZERO: N_(
        "«%(value)s» tiene 4 dígitos y los códigos de comuna tienen 5: la planilla suele borrar el"
        " cero inicial. Si es %(name)s, escriba %(comuna)s y dé a la columna formato de texto."
    ),
    RegisterCode.BAD_COMUNA: N_(
        "«%(value)s» no es un código de comuna: son 5 dígitos, como 05402. Separe varios con"
        " espacios o punto y coma."
    ),
    RegisterCode.UNKNOWN_COMUNA: N_("No hay una comuna con el código %(value)s. Revíselo."),
    RegisterCode.UNKNOWN_TERRITORY: N_(
        "No está en el registro el territorio «%(value)s». Revise el código, o regístrelo antes."
    ),
    RegisterCode.SIMULATED_TERRITORY: N_(
        "El territorio «%(value)s» es de la demostración, que es simulada. Use uno propio."
    ),
    RegisterCode.BAD_ACTIVE: N_("«%(value)s» no se entiende. Escriba sí o no."),
    RegisterCode.BAD_PHONE: N_(
        "«%(value)s» no es un número de teléfono. Escriba nueve dígitos, como 9 1234 5678; si es"
        " de otro país, con + y su código."
    ),
    RegisterCode.BAD_EMAIL: N_("«%(value)s» no es un correo. Escríbalo así: nombre@ejemplo.cl"),
}

ON_PAGES: Mapping[RegisterCode, str] = {
    RegisterCode.EMPTY: N_("Falta este dato."),
    RegisterCode.BAD_COMUNA: N_(
        "«%(value)s» no es una comuna. Escriba su nombre completo, o su código de 5 dígitos."
    ),
}
"""What is said otherwise beside a field."""


def register_fault_text(fault: RegisterFault) -> str:
    """What is wrong, and what to do about it."""
    context = {
        key: ", ".join(value) if isinstance(value, tuple) else value
        for key, value in fault.context.items()
    }
    typed = ON_PAGES if fault.row == 0 else {}
    return gettext(typed.get(fault.code, WORDS[fault.code])) % context
