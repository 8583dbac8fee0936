"""An adjustment of weights carried out on a design."""

from typing import TYPE_CHECKING

from analisis.design.frame import build_frame
from analisis.design.influence import Calibration
from analisis.weighting.plans import Plan
from analisis.weighting.targets import Cells

if TYPE_CHECKING:
    from analisis.design.survey import SurveyDesign


def adjust(design: "SurveyDesign", plan: Plan) -> "SurveyDesign":
    """Carry out a plan on a sample whose units are known.

    Raises
    ------
    AnalysisError
        If what is known of the population does not fit the sample.
    """
    plan.check(design.source)
    declared = design.declared.with_cells(plan.columns)
    frame = build_frame(design.source, declared)
    # Where each row of the finer frame lies in the present one.
    held = [frame.keys[name] for name in design.declared.keys]
    places = design.frame.lookup.of(held, len(frame.rows))
    before = design.factor[places]
    cells = Cells.of({name: frame.keys[name] for name in plan.columns}, len(frame.rows))
    solver = plan.prepare(cells)
    ratio = solver.solve(cells.added(frame.weight * before))[cells.codes]
    step = Calibration(cell=cells.codes, matrix=solver.matrix, before=before, ratio=ratio)
    earlier = tuple(each.moved(places) for each in design.calibrations)
    return type(design).calibrated(design, declared, frame, (*earlier, step))
