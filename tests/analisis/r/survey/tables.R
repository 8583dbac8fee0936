# Tests of independence, the shares of the cells, Cronbach's alpha and contrasts of groups.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))

tests <- c("F", "Chisq", "Wald", "adjWald")
plan <- list(
  list("strat", "sch.wide", "stype", NULL), list("strat", "awards", "band", NULL),
  list("strat", "awards", "stype", "big"), list("strat_wr", "size", "awards", NULL),
  list("clus1", "stype", "sch.wide", NULL),
  list("clus2", "awards", "stype", NULL), list("clus2_wr", "sch.wide", "awards", "big"),
  list("srs", "band", "stype", NULL), list("nhanes", "HI_CHOL", "race", NULL),
  list("nhanes", "race", "RIAGENDR", "adult"), list("awkward", "sex", "sat", NULL),
  list("whole", "sat", "region", NULL), list("zero", "sex", "sat2", NULL),
  list("zero", "region", "sex", "spread"), list("stages", "group", "sat", NULL),
  list("pairs", "sat", "sex", NULL), list("pairs", "sex", "sat", "odd"),
  list("awkward_fpc", "sex", "region", NULL))
for (row in plan) {
  name <- row[[1]]
  d <- build(name)
  part <- eval(parse(text = subset_text(row[[4]], columns = sprintf("`%s`", unlist(row[2:3])))))
  pair <- sprintf("~`%s` + `%s`", row[[2]], row[[3]])
  table <- prop.table(eval(parse(text = sprintf("svytable(%s, part)", pair))))
  cells <- eval(parse(text = sprintf(
    "svymean(~interaction(factor(`%s`), factor(`%s`)), part)", row[[2]], row[[3]])))
  for (test in tests) {
    text <- sprintf('svychisq(%s, %%s, statistic = "%s")', pair, test)
    m <- tryCatch(eval(parse(text = sprintf(text, "part"))), error = function(e) NULL)
    if (is.null(m) || !all(is.finite(c(m$statistic, m$p.value))) || any(m$parameter <= 0)) {
      message("left out, undefined in R: ", name, " ", test)
      next
    }
    both <- paste(c(row[[4]], sprintf("!is.na(%s)", unlist(row[2:3]))), collapse = " & ")
    add(paste0("chisq_", test), name,
        list(estimator = "crosstab", row = row[[2]], column = row[[3]], test = test,
             where = row[[4]]),
        c(list(statistic = as.vector(m$statistic), p_value = as.vector(m$p.value),
               df = as.vector(m$parameter)),
          if (test == "F") list(
            rows = rownames(table), columns = colnames(table), table = unclass(as.matrix(table)),
            se = matrix(SE(cells), nrow(table)))),
        shown(text, name, both))
  }
}

for (row in list(list("strat", c("ell", "mobility", "meals")), list("clus1", c("api00", "api99")),
                 list("srs", c("ell", "mobility", "meals")), list("awkward", c("sat", "sat2")),
                 list("whole", c("sat", "sat2", "sex")), list("stages", c("y", "x", "sat")),
                 list("pairs", c("y", "x", "sat")))) {
  d <- build(row[[1]])
  part <- eval(parse(text = subset_text(columns = sprintf("`%s`", row[[2]]))))
  text <- sprintf("svycralpha(~%s, %%s)", paste(row[[2]], collapse = " + "))
  add("alpha", row[[1]], list(estimator = "alpha", columns = I(row[[2]])),
      list(value = as.vector(eval(parse(text = sprintf(text, "part"))))),
      shown(text, row[[1]], paste(sprintf("!is.na(%s)", row[[2]]), collapse = " & ")))
}

# Linear contrasts, differences and change rates of groups, with Student's interval on the degrees of
# freedom of the design cut to the groups that take part. The interval of `log` is turned back.
plan <- list(
  list("strat", "api00", "stype"), list("clus1", "target", "stype"),
  list("clus2", "api99", "stype"),
  list("srs", "api00", "awards"), list("nhanes", "HI_CHOL", "race"), list("awkward", "y", "region"),
  list("zero", "sat", "region"), list("stages", "y", "group"), list("pairs", "y", "sex"),
  list("hospital", "births", "oblevel"))
for (row in plan) {
  name <- row[[1]]
  d <- build(name)
  for (kind in c("mean", "total")) {
    text <- sprintf("svyby(~`%s`, ~`%s`, %s, svy%s, na.rm = TRUE, covmat = TRUE)", row[[2]],
                    row[[3]], name, kind)
    m <- eval(parse(text = sub(name, "d", text, fixed = TRUE)))
    names <- names(coef(m))
    keys <- if (is.numeric(d$variables[[row[[3]]]])) as.numeric(names) else names
    last <- length(keys)
    weights <- round(seq(-1, 1.5, length.out = last), 3)
    call <- list(estimator = kind, columns = I(row[[2]]), by = I(row[[3]]))
    put <- function(then, contrast, part, back = identity) {
      r <- svycontrast(m, contrast)
      there <- d$variables[[row[[3]]]] %in% keys[part] & !is.na(d$variables[[row[[2]]]])
      df <- degf(subset(d, there))
      limits <- back(as.vector(confint(r, df = df)))
      add("contrast", name, c(call, list(then = then)),
          list(value = back(as.vector(coef(r))), low = limits[1], high = limits[2], df = df,
               se = if (identical(back, identity)) as.vector(SE(r))),
          sprintf("svycontrast(%s, %s)", text, paste(deparse(contrast, 500), collapse = "")))
    }
    put(list(contrast = lapply(seq_along(keys), function(i) list(keys[i], weights[i]))),
        setNames(list(setNames(weights, names)), "contrast"), which(weights != 0))
    put(list(difference = list(keys[1], keys[last])),
        list(difference = setNames(c(1, -1), names[c(1, last)])), c(1, last))
    rate <- as.call(list(as.name("/"), as.name(names[2]), as.name(names[1])))
    put(list(change_rate = list(keys[1], keys[2]), method = "wald"),
        as.call(list(as.name("-"), rate, 1)), 1:2)
    put(list(change_rate = list(keys[1], keys[2]), method = "log"),
        as.call(list(as.name("log"), rate)), 1:2, expm1)
  }
}
write_cases("tables")
