# svyglm: coefficients, covariance and residual degrees of freedom. The logistic fits run until they
# stand still, so that they can be compared as closely as the linear ones: R weighs by the step before
# the last, so that each is fitted again from where it ended.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))

plan <- list(
  list("strat", "api00", c("ell", "meals", "mobility"), "big"),
  list("strat", "api00", c("stype", "ell"), NULL),
  list("strat_wr", "enroll", "api99", NULL),
  list("clus1", "api00", c("ell", "meals"), "only.e"),
  list("clus1", "target", c("stype", "api99"), NULL),
  list("clus2", "api00", c("ell", "meals", "mobility"), NULL),
  list("clus2_wr", "acs.core", "meals", NULL),
  list("srs", "api.stu", "enroll", "big"),
  list("awkward", "y", c("x", "sat"), "spread"),
  list("zero", "y", c("x", "region"), NULL),
  list("stages", "y", c("x", "sat"), "odd"),
  list("pairs", "y", c("x", "sex"), NULL),
  list("strat", "big", c("api00", "ell"), NULL, "logistic"),
  list("strat", "big", c("stype", "meals"), NULL, "logistic"),
  list("clus1", "big", "api99", NULL, "logistic"),
  list("clus2", "big", c("ell", "meals"), NULL, "logistic"),
  list("srs", "only.e", "enroll", NULL, "logistic"),
  list("nhanes", "HI_CHOL", c("RIAGENDR", "race"), "adult", "logistic"),
  list("nhanes", "HI_CHOL", "agecat", NULL, "logistic"),
  list("whole", "yes", c("x", "sat"), "spread", "logistic"),
  list("zero", "yes", c("y", "sex"), NULL, "logistic"),
  list("stages", "odd", "x", NULL, "logistic"),
  list("pairs", "odd", c("y", "sex"), NULL, "logistic"))
for (row in plan) {
  name <- row[[1]]
  d <- build(name)
  logistic <- length(row) == 5
  for (where in list(NULL, row[[4]])[c(TRUE, length(row[[4]]) > 0)]) {
    text <- sprintf("svyglm(`%s` ~ %s, %%s%s)", row[[2]],
                    paste(sprintf("`%s`", row[[3]]), collapse = " + "),
                    if (logistic) paste0(", family = quasibinomial(), ",
                                         "control = glm.control(1e-300, 50)") else "")
    cut <- subset_text(where)
    m <- eval(parse(text = sprintf(text, cut)))
    if (logistic) {
      start <- sprintf("start = c(%s), control", paste(format(coef(m), digits = 17), collapse = ", "))
      m <- eval(parse(text = sprintf(sub("control", start, text), cut)))
    }
    add(paste0("glm_", if (logistic) "logistic" else "linear"), name,
        list(estimator = "regression", columns = I(row[[3]]), response = row[[2]],
             family = if (logistic) "logistic" else "linear", where = where),
        list(coefficients = as.vector(coef(m)), covariance = vcov(m), df = m$df.residual,
             names = gsub("`", "", names(coef(m)))),
        shown(text, name, where))
  }
}
write_cases("regression")
