# Prints korn_graubard.json: svyciprop(method = "beta") on the api samples, whole and by domain.
# R does not cut the effective size at n, so only the rows where it stays below n are comparable.
library(survey)
library(jsonlite)
data(api)
designs <- list(
  clus1 = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc),
  clus2 = svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2),
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  srs = svydesign(id = ~1, fpc = ~fpc, data = apisrs)
)
events <- list(
  quote(sch.wide == "Yes"), quote(comp.imp == "Yes"), quote(awards == "Yes"),
  quote(yr.rnd == "Yes"), quote(api00 > 700), quote(api00 > 850), quote(meals < 5),
  quote(stype == "H")
)
rows <- list()
for (name in names(designs)) for (event in events) for (level in c(0.9, 0.95, 0.99)) {
  design <- designs[[name]]
  design$variables$y <- as.numeric(with(design$variables, eval(event)))
  found <- svyciprop(~y, design, method = "beta", level = level)
  p <- as.numeric(found)
  if (is.na(p) || p == 0 || p == 1) next # R gives NaN there
  rows[[length(rows) + 1]] <- list(
    design = name, event = deparse(event), confidence = level, p = p, n = nrow(design),
    n_effective = as.numeric(p * (1 - p) / attr(found, "var")), df = degf(design),
    low = as.numeric(attr(found, "ci")[1]), high = as.numeric(attr(found, "ci")[2])
  )
}
cat(toJSON(rows, auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
