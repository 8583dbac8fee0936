"""The log-in form, which stops guessing."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_security import LoginForm

from app.models.columns import utc_now
from app.services import throttle

KIND = "login"


class ThrottledLoginForm(LoginForm):
    """Flask-Security's form; after too many failures it doesn't even look at the password."""

    def validate(self, **kwargs: Any) -> bool:
        account = (self.email.data or "").strip().casefold()
        now = utc_now()
        if throttle.blocked(KIND, account, now):
            words = gettext("Hubo demasiados intentos. Espere quince minutos y pruebe otra vez.")
            self.form_errors = [words]
            return False
        if super().validate(**kwargs):
            throttle.succeeded(KIND, account)
            return True
        throttle.failed(KIND, account, now)
        return False
