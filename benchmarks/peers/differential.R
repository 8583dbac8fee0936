# R survey: the figures of many generated designs. Arguments: JSON of designs, JSON to write.
# What R cannot say of a design is left out, with its words in place of the numbers.
suppressMessages({
  library(survey)
  library(jsonlite)
})
arguments <- commandArgs(trailingOnly = TRUE)
designs <- fromJSON(arguments[1], simplifyDataFrame = FALSE, simplifyMatrix = FALSE)

declare <- function(spec) {
  rows <- as.data.frame(lapply(spec$columns, function(column) {
    if (is.list(column)) unlist(lapply(column, function(x) if (is.null(x)) NA else x)) else column
  }), stringsAsFactors = FALSE)
  part <- function(names) if (length(names)) reformulate(names) else NULL
  ids <- if (length(spec$clusters)) reformulate(spec$clusters) else ~1
  design <- svydesign(
    id = ids, strata = part(spec$strata), weights = ~w, fpc = part(spec$population),
    nest = spec$nest, data = rows
  )
  step <- spec$step
  if (is.null(step)) return(design)
  counts <- function(by, totals) {
    frame <- data.frame(names(totals), as.numeric(unlist(totals)))
    setNames(frame, c(by, "Freq"))
  }
  switch(step$do,
    poststratify = postStratify(design, ~g, counts("g", step$g)),
    calibrate = {
      g <- unlist(step$g)
      terms <- c("(Intercept)" = sum(g), setNames(g[-1], paste0("g", names(g)[-1])), x = step$x)
      calibrate(design, ~ g + x, terms, calfun = step$kind,
        bounds = if (step$kind == "logit") unlist(step$bounds) else c(-Inf, Inf),
        epsilon = 1e-13, maxit = 200)
    }
  )
}

row <- function(figure, ...) c(as.numeric(coef(figure)), as.numeric(SE(figure)), ...)
# With weights that add to less than the answers, R's effect is negative.
effect <- function(figure) {
  found <- as.numeric(deff(figure))
  if (isTRUE(found > 0)) found else NA
}
# Of what does not vary R has intervals and design effects by the accident of rounding.
still <- function(figure) any(SE(figure) <= 1e-10 * abs(coef(figure)))
# And of nobody it has a zero.
answered <- function(d, inside = TRUE) {
  rows <- d$variables
  rows$w > 0 & !is.na(rows$y) & inside
}

ask <- list(
  df = function(d) degf(d),
  mean = function(d) {
    m <- svymean(~y, d, na.rm = TRUE, deff = TRUE)
    if (still(m)) return(row(m))
    row(m, effect(m), confint(m, df = degf(subset(d, !is.na(y)))))
  },
  replace = function(d) {
    m <- svymean(~x, d, na.rm = TRUE, deff = "replace")
    if (still(m)) NULL else effect(m)
  },
  total = function(d) {
    # Without the gaps R forgets strata where nobody answered, and centres at another mean.
    silent <- !all(tapply(answered(d), d$strata[, 1], any))
    if (silent && getOption("survey.lonely.psu") == "adjust") return(NULL)
    m <- svytotal(~y, d, na.rm = TRUE, deff = TRUE)
    row(m, if (!still(svymean(~y, d, na.rm = TRUE)) && !still(m)) effect(m))
  },
  ratio = function(d) {
    m <- svyratio(~y, ~x, d, na.rm = TRUE, deff = TRUE)
    row(m, if (!still(m)) effect(m))
  },
  variance = function(d) {
    if (!still(svymean(~y, d, na.rm = TRUE))) row(svyvar(~y, d, na.rm = TRUE))
  },
  where = function(d) {
    if (!any(answered(d, d$variables$f))) return(NULL)
    m <- svymean(~y, subset(d, f), na.rm = TRUE)
    # R averages over the strata of the subset, and over all of them in svyby.
    error <- if (getOption("survey.lonely.psu") == "average") NA else SE(m)
    c(as.numeric(coef(m)), error, degf(subset(d, f & !is.na(y))))
  },
  shares = function(d) {
    m <- svymean(~ factor(s), d, na.rm = TRUE)
    c(as.numeric(coef(m)), as.numeric(vcov(m)))
  },
  means_by = function(d) {
    m <- svyby(~y, ~g, d, svymean, na.rm = TRUE, covmat = TRUE)
    nobody <- !tapply(answered(d), d$variables$g, any)
    value <- as.numeric(coef(m))
    covariance <- vcov(m)
    value[nobody] <- covariance[nobody, ] <- covariance[, nobody] <- NA
    # Of a calibrated design R's covariance is off where a group has no answers.
    c(value, if (!any(nobody) || !is.calibrated(d)) as.numeric(covariance))
  },
  totals_by = function(d) {
    m <- svyby(~y, ~ g + k, d, svytotal, na.rm = TRUE, covmat = TRUE, drop.empty.groups = TRUE)
    c(as.numeric(coef(m)), as.numeric(vcov(m)))
  },
  contrast = function(d) {
    m <- svyby(~y, ~g, d, svymean, na.rm = TRUE, covmat = TRUE)
    if (!all(tapply(answered(d), d$variables$g, any)[1:2])) return(NULL)
    row(svycontrast(m, c(2, -1, rep(0, length(coef(m)) - 2))))
  }
)
for (method in c("wilson", "logit", "beta", "mean", "asin", "xlogit")) {
  local({
    chosen <- method
    ask[[paste0("share_", chosen)]] <<- function(d) {
      # A row of no weight is no answer; R counts it as one.
      inside <- subset(d, !is.na(s) & w > 0)
      if (still(svymean(~ I(s == 7), inside))) return(NULL)
      m <- svyciprop(~ I(s == 7), inside, method = chosen)
      # R's search for the logit stops at 1e-8.
      if (chosen == "logit" && (coef(m) < 1e-3 || coef(m) > 1 - 1e-3)) return(NULL)
      limits <- as.numeric(confint(m))
      c(as.numeric(m), if (!anyNA(limits)) limits)
    }
  })
}
for (rule in c("math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9")) {
  local({
    chosen <- rule
    ask[[paste0("quantile_", chosen)]] <<- function(d) {
      if (any(weights(d) < 0)) return(NULL) # linear calibration may do that
      p <- c(.1, .25, .5, .8)
      m <- svyquantile(~y, d, p, na.rm = TRUE, qrule = chosen, interval.type = "mean",
        df = degf(subset(d, !is.na(y))))$y[, 1:3]
      rows <- d$variables[answered(d), ]
      least <- weights(d)[answered(d)][which.min(rows$y)]
      # Below the share of the first answer two of the rules leave the answers.
      if (chosen %in% c("school", "hf4")) {
        m[p <= least / sum(weights(d)[answered(d)]), 1] <- NA
        m[, 2:3] <- NA
      }
      if (still(svymean(~y, d, na.rm = TRUE))) m[, 2:3] <- NA
      # A value that rounding puts just below an answer has another share below it.
      off <- abs(outer(m[, 1], rows$y, "-")) / max(abs(rows$y))
      m[apply(off > 0 & off < 1e-12, 1, any), 2:3] <- NA
      as.numeric(t(m))
    }
  })
}

found <- lapply(designs, function(spec) {
  # The faster code loses digits of small numbers.
  options(
    survey.lonely.psu = spec$lonely_psu, survey.adjust.domain.lonely = FALSE,
    survey.use_rcpp = FALSE
  )
  design <- tryCatch(suppressWarnings(declare(spec)), error = conditionMessage)
  if (is.character(design)) return(list(declaration = design))
  lapply(ask, function(call) {
    tryCatch(suppressWarnings(as.numeric(call(design))), error = conditionMessage)
  })
})
write_json(found, arguments[2], digits = I(17), auto_unbox = FALSE, na = "null")
