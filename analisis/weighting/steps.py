"""An adjustment of weights carried out on a design."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from analisis.design.declaration import Declaration
from analisis.design.frame import Frame, build_frame
from analisis.design.residuals import Calibration, Response, Step
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Codes, Floats
from analisis.weighting.basis import orthonormal
from analisis.weighting.nonresponse import WeightingClasses
from analisis.weighting.plans import Plan, Solver
from analisis.weighting.targets import Cells

if TYPE_CHECKING:
    from analisis.design.survey import SurveyDesign


@dataclass(frozen=True, slots=True)
class Fitted:
    """A plan matched with a sample.

    Attributes
    ----------
    declared, frame
        The design with the cells of the plan.
    places : array of int, shape (frame rows,)
        Where each row of this finer frame lies in that of the design before.
    before : array, shape (frame rows,)
        What the column of weights is multiplied by before the adjustment.
    cells, solver
        The plan's cells and how it is solved.
    """

    declared: Declaration
    frame: Frame
    places: Codes
    before: Floats
    cells: Cells
    solver: Solver

    @classmethod
    def of(cls, design: "SurveyDesign", plan: Plan) -> "Fitted":
        """Match a plan with a sample."""
        plan.check(design.source)
        declared = design.declared.with_cells(plan.columns)
        frame = build_frame(design.source, declared)
        held = [frame.keys[name] for name in design.declared.keys]
        places = design.frame.lookup.of(held, len(frame.rows))
        cells = Cells.of({name: frame.keys[name] for name in plan.columns}, len(frame.rows))
        return cls(declared, frame, places, design.factor[places], cells, plan.prepare(cells))

    def ratios(self) -> Floats:
        """What the weights of each cell are multiplied by."""
        return self.solver.solve(self.cells.added(self.frame.weight * self.before))


def adjust(design: "SurveyDesign", plan: Plan) -> "SurveyDesign":
    """Carry out a plan on a sample whose units are known.

    Raises
    ------
    AnalysisError
        If what is known of the population does not fit the sample.
    """
    fitted = Fitted.of(design, plan)
    step = _step(fitted, plan)
    earlier = tuple(each.moved(fitted.places) for each in design.calibrations)
    return type(design).calibrated(
        design, fitted.declared, fitted.frame, (*earlier, step), plan=plan
    )


def _step(fitted: Fitted, plan: Plan) -> Step:
    """An adjustment as the variance sees it."""
    codes = fitted.cells.codes
    ratio = fitted.ratios()[codes]
    weight = fitted.cells.added(fitted.frame.weight * fitted.before)
    if not isinstance(plan, WeightingClasses):
        matrix = fitted.solver.matrix
        basis = None if matrix is None else orthonormal(matrix, weight)[0]
        return Calibration(codes, basis, fitted.before, ratio)
    classes = plan.match(fitted.cells)
    rows = fitted.cells.added(np.where(fitted.before != 0, fitted.frame.present, 0.0))
    asked = classes.added(weight, answered=False)
    heard = classes.added(weight, answered=True)
    many = classes.added(rows, answered=True)
    silent = 1 - np.divide(heard, asked, out=np.ones_like(asked), where=asked != 0)
    return Response(
        cell=classes.codes[codes],
        answered=classes.answered[codes],
        before=fitted.before,
        ratio=ratio,
        estimated=plan.margin is None,
        silent=silent * many / np.maximum(many - 1, 1),
    )


def adjust_replicates(
    design: "SurveyDesign", factors: Floats, plan: Plan, *, by_row: bool
) -> tuple["SurveyDesign", Floats]:
    """Carry out a plan on the weights and on those of every replicate.

    Parameters
    ----------
    design : SurveyDesign
        The full sample.
    factors : array, shape (places, replicates)
        What each replicate multiplies its weights by; places are rows of data or of the frame.
    plan : Plan
        The adjustment.
    by_row : bool
        Whether places are rows of data.

    Returns
    -------
    design, factors
        The full sample adjusted, and what each adjusted replicate multiplies its weights by.

    Raises
    ------
    AnalysisError
        If what is known does not fit the sample or a replicate.
    """
    fitted = Fitted.of(design, plan)
    ratio = fitted.ratios()
    adjusted = adjust(design, plan)
    if by_row:
        cell, weight = fitted.cells.codes[adjusted.places], design.weights
    else:
        factors = factors[fitted.places]
        cell, weight = fitted.cells.codes, fitted.frame.weight * fitted.before
    size = len(cell)
    added = csr_matrix((weight, (cell, np.arange(size))), shape=(fitted.cells.count, size))
    sums = np.asarray(added @ factors)
    columns = [_replicate(fitted.solver, sums[:, r], r + 1) for r in range(sums.shape[1])]
    replicated = np.column_stack(columns)
    if np.any((ratio == 0)[:, np.newaxis] & (replicated != 0)):
        raise AnalysisError(
            ErrorCode.NOT_SUPPORTED,
            "weights become zero in the full sample and not in its replicates; choose bounds whose "
            "lower end is above zero",
        )
    inverse = np.divide(1.0, ratio, out=np.zeros_like(ratio), where=ratio != 0)
    return adjusted, factors * (replicated * inverse[:, np.newaxis])[cell]


def _replicate(solver: Solver, weight: Floats, number: int) -> Floats:
    try:
        return solver.solve(weight)
    except AnalysisError as fault:
        raise AnalysisError(
            fault.code,
            f"in replicate {number}: {fault}",
            column=fault.column,
            value=fault.value,
        ) from fault
