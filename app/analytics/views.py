from flask import Blueprint
analytics = Blueprint("analytics", __name__)
