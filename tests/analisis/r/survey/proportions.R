# Intervals of one proportion by every method of svyciprop, for the sample, domains and groups.
# R's `wilson` is our `wilson_r`. 0 % and 100 % are left out: R has no usable number there, and so
# is `beta` with weights of zero, which R counts as answers. `likelihood` interpolates between ten
# points of the profile; `profile` asks for the same limits with steps a hundred times finer.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))

methods <- c("logit", "likelihood", "asin", "beta", "mean", "xlogit", "wilson", "profile")
profile_limits <- function(part, column, wanted, level) {
  part <- update(part, hit = part$variables[[column]] == wanted)
  m <- svyglm(hit ~ 1, part, family = quasibinomial(), control = glm.control(1e-14, 100))
  plogis(as.numeric(confint(m, 1, level = level, method = "likelihood", ddf = degf(part),
                            del = 0.01, maxsteps = 5000)))
}
plan <- list(
  list("strat", "awards", "Yes", "big", "stype"),
  list("strat_wr", "band", 5, NULL, NULL),
  list("clus1", "sch.wide", "No", "only.e", "stype"),
  list("clus2", "awards", "Yes", "big", NULL),
  list("clus2_wr", "band", 2, NULL, NULL),
  list("srs", "band", 4, "big", NULL),
  list("nhanes", "HI_CHOL", 1, "adult", "race"),
  list("yrbs", "qn8", 1, NULL, NULL),
  list("awkward", "sat", 7, NULL, "region"),
  list("awkward_fpc", "sat2", 6, "spread", NULL),
  list("zero", "sat", 6, "spread", NULL),
  list("whole", "yes", 1, NULL, NULL),
  list("stages", "sat", 3, "odd", NULL),
  list("stages_f", "sat", 4, NULL, "group"),
  list("pairs", "sat", 5, "odd", "sex"))

for (row in plan) {
  name <- row[[1]]
  column <- row[[2]]
  wanted <- row[[3]]
  d <- build(name)
  variants <- Filter(Negate(is.null), list(
    list(), if (length(row[[4]])) list(where = row[[4]]),
    if (length(row[[5]])) list(by = row[[5]])))
  for (variant in variants) {
    for (method in methods) {
      level <- c(0.95, 0.9)[match(method, methods) %% 2 + 1]
      if (method == "beta" && name == "zero") next
      asked <- if (method == "profile") "likelihood" else method
      text <- sprintf('svyciprop(~I(`%s` == %s), %%s, method = "%s", level = %s)', column,
                      deparse(wanted), asked, level)
      out <- list(keys = list(), value = c(), se = c(), low = c(), high = c(), df = c(), n = c())
      for (key in groups(d, variant$by)) {
        part <- eval(parse(text = subset_text(variant$where, variant$by, key,
                                              sprintf("`%s`", column))))
        hit <- part$variables[[column]][weights(part, "sampling") != 0] == wanted
        if (!any(hit) || all(hit) || degf(part) < 1) next
        m <- tryCatch(eval(parse(text = sprintf(text, "part"))), error = function(e) NULL)
        if (is.null(m) || !all(is.finite(attr(m, "ci")))) next
        if (method == "profile") {
          attr(m, "ci") <- profile_limits(part, column, wanted, level)
        }
        out$keys[[length(out$keys) + 1]] <- key
        out$value <- c(out$value, as.vector(m))
        out$se <- c(out$se, sqrt(attr(m, "var")[1]))
        out$low <- c(out$low, attr(m, "ci")[1])
        out$high <- c(out$high, attr(m, "ci")[2])
        out$df <- c(out$df, degf(part))
        out$n <- c(out$n, length(hit))
      }
      if (!length(out$value)) next
      if (!length(variant$by)) out$keys <- list(list())
      call <- list(estimator = "proportion", columns = I(column), level = wanted,
                   method = if (method == "wilson") "wilson_r" else asked, confidence = level,
                   where = variant$where, by = if (length(variant$by)) I(variant$by))
      add(paste0("ciprop_", method), name, call, out,
          paste0(shown(text, name, variant$where, variant$by),
                 if (method == "profile") " with the profile of svyglm in steps of 0.01"))
    }
  }
}
write_cases("proportions")
