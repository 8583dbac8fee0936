"""How a sample was drawn, and what that does to the error of what it says."""

from analisis.design.replicate import ReplicateDesign
from analisis.design.stages import LonelyPSU
from analisis.design.survey import SurveyDesign

__all__ = ["LonelyPSU", "ReplicateDesign", "SurveyDesign"]
