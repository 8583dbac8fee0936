# What the scripts of the families share: the designs by name, one way to run an R expression for
# a whole sample, a part of it or each group, and the JSON that the tests read.
suppressMessages(library(survey))
library(jsonlite)
stopifnot(packageVersion("survey") == "4.5") # 4.1-1 has no wilson and other lonely totals
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
options(warn = -1)

read_data <- function(name) {
  path <- file.path(here, "data", paste0(name, ".csv"))
  if (!file.exists(path)) path <- paste0(path, ".gz")
  read.csv(path, na.strings = "", stringsAsFactors = FALSE, encoding = "UTF-8",
           check.names = FALSE)
}

# --- designs --------------------------------------------------------------------------------

design <- function(data, weights = NULL, strata = NULL, clusters = NULL, population = NULL,
                   nest = FALSE, lonely = "error", steps = list()) {
  list(data = data, weights = weights, strata = strata, clusters = I(as.character(clusters)),
       population = I(as.character(population)), nest = nest, lonely_psu = lonely, steps = steps)
}

designs <- list(
  strat = design("apistrat", "pw", "stype", NULL, "fpc"),
  strat_wr = design("apistrat", "pw", "stype"),
  strat_nw = design("apistrat", NULL, "stype", NULL, "fpc"),
  clus1 = design("apiclus1", "pw", NULL, "dnum", "fpc"),
  clus1_wr = design("apiclus1", "pw", NULL, "dnum"),
  clus2 = design("apiclus2", NULL, NULL, c("dnum", "snum"), c("fpc1", "fpc2")),
  clus2_w = design("apiclus2", "pw", NULL, c("dnum", "snum"), c("fpc1", "fpc2")),
  clus2_wr = design("apiclus2", "pw", NULL, c("dnum", "snum")),
  srs = design("apisrs", "pw", NULL, NULL, "fpc"),
  srs_wr = design("apisrs", "pw"),
  nhanes = design("nhanes", "WTMEC2YR", "SDMVSTRA", "SDMVPSU", nest = TRUE),
  yrbs = design("yrbs", "weight", "stratum", "psu", nest = TRUE),
  fpc = design("fpc", "weight", "stratid", "psuid", "Nh", nest = TRUE),
  fpc_fraction = design("fpc", "weight", "stratid", "psuid", "fraction", nest = TRUE),
  fpc_nw = design("fpc", NULL, "stratid", "psuid", "Nh", nest = TRUE),
  fpc_wr = design("fpc", "weight", "stratid", "psuid", nest = TRUE),
  mu284 = design("mu284", NULL, NULL, c("id1", "id2"), c("n1", "n2")),
  scd = design("scd", NULL, "ESA", "ambulance", nest = TRUE),
  hospital = design("hospital", "weighta", "oblevel", "hospno", "tothosp"),
  crowd = design("crowd", "weight", "stratum", "cluster"),
  awkward = design("awkward", "w", "stratum", "psu", nest = TRUE),
  awkward_fpc = design("awkward", "w", "stratum", "psu", "N", nest = TRUE),
  awkward_nw = design("awkward", NULL, "stratum", "psu", "N", nest = TRUE),
  awkward_rows = design("awkward", "w", "stratum"),
  awkward_plain = design("awkward", "whole"),
  zero = design("awkward", "w0", "stratum", "psu", nest = TRUE),
  zero_fpc = design("awkward", "w0", "stratum", "psu", "N", nest = TRUE),
  whole = design("awkward", "whole", "stratum", "psu", nest = TRUE),
  stages = design("stages", "w", "stratum", c("psu", "unit"), c("N", "M"), nest = TRUE),
  stages_f = design("stages", "w", "stratum", c("psu", "unit"), c("f1", "f2"), nest = TRUE),
  stages_nw = design("stages", NULL, "stratum", c("psu", "unit"), c("f1", "f2"), nest = TRUE),
  stages_1 = design("stages", "w", "stratum", "psu", "N", nest = TRUE),
  pairs = design("pairs", "w", "stratum", "psu", nest = TRUE),
  pairs_1 = design("pairs", "w1", "stratum", "psu", nest = TRUE),
  equal = design("margins", "w", NULL, "psu"),
  unequal = design("margins", "w2", NULL, "psu")
)
for (option in c("error", "adjust", "average", "remove", "certainty")) {
  for (kind in c("N", "N1", "N2", "wr")) {
    designs[[paste("lonely", kind, option, sep = "_")]] <-
      design("lonely", "w", "stratum", "psu", if (kind != "wr") kind, lonely = option)
  }
  designs[[paste("single", option, sep = "_")]] <-
    design("single", "w", "stratum", "psu", lonely = option)
}

formula_of <- function(columns) if (length(columns)) reformulate(sprintf("`%s`", columns))

# What a design can be made into after it was declared; replicates.R adds to it.
steps <- list()
# Totals of a category are pairs [value or values, N]; of a number, its total.
frame_of <- function(by, totals) {
  keys <- lapply(seq_along(by), function(i) sapply(totals, function(pair) pair[[1]][[i]]))
  data.frame(setNames(keys, by), Freq = sapply(totals, function(pair) pair[[2]]),
             check.names = FALSE)
}
steps$poststratify <- function(d, step) {
  # Rows without weight leave first: postStratify gives them the residual of a weight of one.
  if (any(weights(d, "sampling") == 0)) d <- d[weights(d, "sampling") > 0, ]
  postStratify(d, formula_of(step$by), frame_of(step$by, step$totals))
}
steps$rake <- function(d, step) {
  rake(d, lapply(step$margins, function(margin) formula_of(margin$by)),
       lapply(step$margins, function(margin) frame_of(margin$by, margin$totals)),
       control = list(maxit = 1000, epsilon = 1e-14))
}
steps$calibrate <- function(d, step) {
  population <- if (length(step$size)) c("(Intercept)" = step$size)
  for (column in step$columns) {
    total <- step$totals[[column]]
    if (is.numeric(total)) {
      population[column] <- total
      next
    }
    population["(Intercept)"] <- sum(sapply(total, function(pair) pair[[2]]))
    keys <- sapply(total, function(pair) pair[[1]])
    for (pair in total[order(keys)[-1]]) population[paste0(column, pair[[1]])] <- pair[[2]]
  }
  formula <- formula_of(step$columns)
  if (!"(Intercept)" %in% names(population)) formula <- update(formula, ~ . - 1)
  names(population) <- gsub("`", "", names(population))
  bounds <- if (length(step$bounds)) unlist(step$bounds) else c(-Inf, Inf)
  calibrate(d, formula, population, calfun = step$kind, bounds = bounds, maxit = 200,
            epsilon = 1e-13)
}

built <- list()
build <- function(name) {
  spec <- designs[[name]]
  options(survey.lonely.psu = if (spec$lonely_psu == "error") "fail" else spec$lonely_psu)
  if (is.null(built[[name]])) {
    d <- svydesign(
      ids = if (length(spec$clusters)) formula_of(spec$clusters) else ~1,
      weights = formula_of(spec$weights), strata = formula_of(spec$strata),
      fpc = formula_of(spec$population), nest = spec$nest, data = read_data(spec$data))
    for (step in spec$steps) d <- steps[[step$do]](d, step)
    built[[name]] <<- d
  }
  built[[name]]
}

# --- running --------------------------------------------------------------------------------

subset_text <- function(where = NULL, by = NULL, key = NULL, columns = NULL) {
  quoted <- function(value) if (is.character(value)) dQuote(value, FALSE) else format(value)
  parts <- c(where, sprintf("!is.na(%s)", columns),
             if (length(by)) sprintf("%s %%in%% %s", by, sapply(key, quoted)))
  if (!length(parts)) return("d")
  sprintf("subset(d, %s)", paste(parts, collapse = " & "))
}

# The groups of `by` that have members with a weight, in the order of svyby.
groups <- function(d, by) {
  if (!length(by)) return(list(NULL))
  data <- d$variables[weights(d, "sampling") != 0, by, drop = FALSE]
  data <- unique(data[stats::complete.cases(data), , drop = FALSE])
  data <- data[do.call(order, rev(unname(as.list(data)))), , drop = FALSE]
  lapply(seq_len(nrow(data)), function(i) as.list(data[i, , drop = FALSE]))
}

values <- function(x) unname(as.vector(coef(x)))
errors <- function(x) unname(as.vector(SE(x)))
effects <- function(x) {
  found <- suppressWarnings(tryCatch(deff(x), error = function(e) NULL))
  if (is.null(found) || !length(found)) NULL else unname(as.vector(found))
}

# Degrees of freedom: of the design cut to the domain and to the rows with an answer.
df_of <- function(d, where, by, key, columns) {
  degf(eval(parse(text = subset_text(where, by, key, columns)), list(d = d)))
}

# Estimates of one R expression with %s in place of the design: for the sample or each group.
estimate <- function(d, text, columns, where = NULL, by = NULL, extra = list(list()),
                     level = 0.95, na = columns) {
  out <- list(keys = list(), value = c(), se = c(), low = c(), high = c(), df = c(), deff = c(),
              n = c())
  for (key in groups(if (length(where)) eval(parse(text = subset_text(where))) else d, by)) {
    part <- eval(parse(text = subset_text(where, by, key)))
    m <- eval(parse(text = sprintf(text, "part")))
    df <- df_of(d, where, by, key, na)
    limits <- values(m) + errors(m) %o% qt(c((1 - level) / 2, (1 + level) / 2), df)
    for (more in extra) out$keys[[length(out$keys) + 1]] <- c(key, more)
    out$value <- c(out$value, values(m))
    out$se <- c(out$se, errors(m))
    out$low <- c(out$low, limits[, 1])
    out$high <- c(out$high, limits[, 2])
    out$df <- c(out$df, rep(df, length(values(m))))
    out$deff <- c(out$deff, effects(m))
    answered <- stats::complete.cases(part$variables[, na, drop = FALSE])
    n <- sum(answered & weights(part, "sampling") != 0)
    out$n <- c(out$n, rep(n, length(values(m))))
  }
  # Where nothing was seen to vary R's interval is a point and its design effect 0/0 or noise.
  flat <- out$se < 1e-12 * abs(out$value) + 1e-15
  out$low[flat] <- NA
  out$high[flat] <- NA
  if (length(out$deff)) out$deff[flat] <- NA
  out
}

# Covariance over the groups from svyby; only where its errors are those of the groups by themselves
# (lonely units of strata outside of a domain count in one and not in the other).
with_covariance <- function(out, d, text, width = 1) {
  m <- tryCatch(eval(parse(text = text)), error = function(e) NULL)
  if (is.null(m)) return(out)
  v <- unname(as.matrix(attr(m, "var")))
  count <- nrow(v) / width
  order <- as.vector(t(matrix(seq_len(nrow(v)), count, width)))
  v <- v[order, order, drop = FALSE]
  same <- isTRUE(all.equal(sqrt(diag(v)), out$se, tolerance = 1e-9)) &&
    isTRUE(all.equal(as.vector(coef(m))[order], out$value, tolerance = 1e-9))
  if (same) out$covariance <- v
  attr(out, "same") <- same
  out
}

# --- writing --------------------------------------------------------------------------------

cases <- list()
add <- function(kind, name, call, expected, r, design = name) {
  expected <- Filter(Negate(is.null), expected)
  expected <- lapply(expected, function(x) {
    if (is.list(x) || is.character(x) || is.logical(x)) return(x)
    x[!is.finite(x)] <- NA
    if (is.matrix(x)) unname(x) else I(unname(x))
  })
  number <- sum(vapply(cases, function(case) case$kind == kind && case$design == name, NA)) + 1
  cases[[length(cases) + 1]] <<- list(
    id = sprintf("%s-%s-%d", kind, name, number), kind = kind, design = name,
    call = Filter(Negate(is.null), call), expected = expected, r = r)
}

# The R text that is shown with a case.
shown <- function(text, name, where = NULL, by = NULL) {
  cut <- if (length(where)) sprintf("subset(%s, %s)", name, where) else name
  whole <- sprintf(text, cut)
  if (length(by)) paste0(whole, " for each ", paste(by, collapse = ", ")) else whole
}

plain <- function(x) toJSON(x, auto_unbox = TRUE, digits = NA, na = "null", null = "null")
write_cases <- function(family) {
  used <- unique(vapply(cases, function(case) case$design, ""))
  lines <- c(
    "{", sprintf('"R": "%s", "survey": "%s",', getRversion(), packageVersion("survey")),
    '"designs": {',
    paste0(sprintf('"%s": %s', used, vapply(designs[used], plain, "")),
           c(rep(",", length(used) - 1), "")),
    "},", '"cases": [',
    paste0(vapply(cases, plain, ""), c(rep(",", length(cases) - 1), "")), "]", "}")
  writeLines(lines, file.path(here, paste0(family, ".json")), useBytes = TRUE)
  kinds <- table(vapply(cases, function(case) case$kind, ""))
  message(family, ": ", length(cases), " cases (", paste(names(kinds), kinds, collapse = ", "), ")")
}
