# For recompute.R: the sample as it was declared, and its figures by the package survey.

suppressPackageStartupMessages(library(survey))

# Where each response was drawn -------------------------------------------------------------------

# What tells strata and units apart; NA where a response lacks it.
coded <- function(name) {
  value <- rows[[design$columns[[name]]]]
  lacks <- value == "" | value %in% text_of(design$special[[name]])
  if (name == "territory") lacks <- lacks | !(value %in% territories)
  ifelse(lacks, NA, value)
}

sized <- function(name) {
  text <- rows[[name]]
  is_one <- if (name %in% design$hidden) grepl("^[0-9]+[.]?[0-9]*$", text) else is_number(text)
  is_one <- is_one & !(text %in% text_of(design$special[[name]]))
  suppressWarnings(as.numeric(ifelse(is_one, text, NA)))
}

# A number for all, a column, or a number by stratum.
size_of <- function(size) {
  if (is.list(size)) return(as.numeric(unlist(size)[coded(design$strata)]))
  if (is.character(size) && is.na(suppressWarnings(as.numeric(size)))) return(sized(size))
  rep(as.numeric(size), nrow(rows))
}

frame <- data.frame(one = rep(1, nrow(rows)))
if (!is.null(design$strata)) frame$stratum <- coded(design$strata)
for (place in seq_along(design$clusters)) frame[[paste0("unit", place)]] <- coded(design$clusters[place])
if (!is.null(design$weights)) frame$weight <- sized(design$weights)
stages <- as.list(design$population)
for (place in seq_along(stages)) frame[[paste0("size", place)]] <- size_of(stages[[place]])
for (place in seq_along(design$totals)) frame[[paste0("cell", place)]] <- coded(names(design$totals)[place])

# A weight of zero holds its place, and stands for nobody.
numbers <- setdiff(grep("^(weight|size)", names(frame), value = TRUE), "weight")
placed <- stats::complete.cases(frame)
for (name in numbers) placed <- placed & !is.na(frame[[name]]) & frame[[name]] > 0
if (!is.null(frame$weight)) placed <- placed & !is.na(frame$weight) & frame$weight >= 0
counted <- if (is.null(frame$weight)) placed else placed & frame$weight > 0

# The design --------------------------------------------------------------------------------------

columns_of <- function(names) if (length(names)) stats::as.formula(paste("~", paste(names, collapse = "+")))

declared <- function(data) {
  units <- grep("^unit", names(data), value = TRUE)
  sizes <- grep("^size", names(data), value = TRUE)
  # Stages of which the population is not known count as drawn out of very many.
  if (length(sizes)) for (place in seq_along(units)) {
    name <- paste0("size", place)
    if (!(name %in% sizes)) data[[name]] <- 1e15
  }
  sizes <- grep("^size", names(data), value = TRUE)
  has_weights <- !is.null(data$weight)
  found <- svydesign(
    ids = if (length(units)) columns_of(units) else ~1,
    strata = if (!is.null(data$stratum)) ~stratum,
    weights = if (has_weights) ~weight else if (!length(sizes)) ~one,
    fpc = columns_of(sizes), data = data, nest = design$nest
  )
  cells <- seq_along(design$totals)
  if (length(cells) == 1) {
    totals <- design$totals[[1]]
    margin <- data.frame(cell1 = names(totals), Freq = as.numeric(unlist(totals)))
    return(postStratify(found, ~cell1, margin))
  }
  if (length(cells) > 1) {
    # survey's own rake leaves the weights before it out of the residuals; calibrate does not.
    people <- c("(Intercept)" = sum(unlist(design$totals[[1]])))
    for (place in cells) {
      totals <- unlist(design$totals[[place]])
      totals <- totals[sort(names(totals), method = "radix")]
      name <- paste0("cell", place)
      found$variables[[name]] <- factor(found$variables[[name]], levels = names(totals))
      people <- c(people, stats::setNames(totals[-1], paste0(name, names(totals)[-1])))
    }
    found <- calibrate(found, columns_of(paste0("cell", cells)), people, calfun = "raking",
                       epsilon = 1e-11, maxit = 1000)
  }
  found
}

rule <- design$lonely_psu
options(survey.lonely.psu = if (rule == "error") "remove" else rule)

# Rows in a stratum, of any stage, of which one unit was drawn out of several.
is_lonely <- function(sample) {
  stage_of <- function(place) {
    drawn <- sample$fpc$sampsize[, place] == 1
    size <- if (is.null(sample$fpc$popsize)) Inf else sample$fpc$popsize[, place]
    drawn & size > 1
  }
  # Without a known population only the first stage adds to the variance.
  known <- if (is.null(sample$fpc$popsize)) 1 else ncol(sample$cluster)
  Reduce(`|`, lapply(seq_len(known), stage_of))
}

# Everybody was asked and answered: nothing is left to chance.
is_census <- function(sample) {
  size <- sample$fpc$popsize
  !is.null(size) && all(sample$fpc$sampsize >= size)
}

data <- frame[placed, , drop = FALSE]
sample <- suppressWarnings(declared(data))
lonely <- if (rule == "error") is_lonely(sample) else rep(FALSE, nrow(data))
census <- is_census(sample)
rows_are_units <- !length(design$clusters) && !is.null(sample$fpc$popsize)
everybody <- if (rows_are_units) {
  round(sum(tapply(sample$fpc$popsize[, 1], sample$strata[, 1], function(x) x[1])))
} else NA

# Figures -----------------------------------------------------------------------------------------

# Means of columns of a measure among the rows inside, with what their records need.
estimated <- function(columns, inside) {
  valid <- stats::complete.cases(columns) & inside
  n <- sum(valid & (if (is.null(data$weight)) TRUE else data$weight > 0))
  if (!n) return(NULL)
  held <- sample
  # Rows outside weigh nothing in a calibrated sample, but NA times nothing is NA.
  filled <- as.data.frame(lapply(columns, function(y) ifelse(valid, y, 0)))
  held$variables <- cbind(held$variables, filled)
  part <- suppressWarnings(subset(held, valid))
  made <- suppressWarnings(svymean(columns_of(names(columns)), part, deff = TRUE))
  weights <- weights(sample)[valid]
  spread <- vapply(columns[valid, , drop = FALSE], function(y) {
    middle <- sum(weights * y) / sum(weights)
    sum(weights * (y - middle)^2) / sum(weights) / max(n - 1, 1)
  }, 0)
  variance <- stats::vcov(made)
  list(n = n, value = as.numeric(stats::coef(made)), variance = as.matrix(variance), df = degf(part),
       deff = suppressWarnings(as.numeric(deff(made))), spread = spread)
}

# What differs from nothing in the last bits of its sums is nothing.
settled <- function(found, place, share) {
  value <- found$value[place]
  variance <- max(0, diag(found$variance)[place])
  alike <- variance <= (if (share) 1e-24 else (1e-13 * value)^2)
  deff <- found$deff[place]
  if (alike) {
    variance <- 0
    deff <- if (found$spread[place] <= 1e-12 * max(1, value^2) || census) NA else 0
  }
  list(value = value, variance = variance, deff = if (is.finite(deff)) deff else NA)
}

share_limits <- function(value, variance, n, df) {
  if (df <= 0) return(list(limits = c(NA, NA), method = ""))
  if (variance > 1e-24 && value > 0 && value < 1) {
    size <- min(n, value * (1 - value) / variance)
    return(list(limits = wilson(value, size, t_of(df, confidence)), method = "wilson"))
  }
  # All alike: the interval is that of the answers counted.
  value <- if (value < 1e-12) 0 else if (value > 1 - 1e-12) 1 else value
  list(limits = korn_graubard(value, n, n, df, confidence), method = "korn_graubard")
}

empty <- function(statistic, category, base, size) {
  record(statistic, category, n = 0, base = base, size = size, flags = simulated_flag)
}

finished <- function(statistic, category, found, one, limits, method, base, group, without_error,
                     share = FALSE, n_effective) {
  size <- if (is.na(group$size) && is.null(group$value)) everybody else group$size
  flags <- c(if (census) "census", simulated_flag)
  if (without_error) {
    return(record(statistic, category, value = one$value, n = found$n, base = base, size = size,
                  flags = flags))
  }
  se <- if (census) 0 else sqrt(one$variance)
  if (census) limits <- if (method == "") limits else rep(one$value, 2)
  if (share && !census) flags <- c(flags, verdict(one$value, se, found$n, found$df))
  record(statistic, category, value = one$value, se = se, limits = limits, method = method,
         n = found$n, base = base, size = size, df = found$df, deff = one$deff,
         n_effective = if (is.finite(n_effective)) n_effective else NA, flags = flags)
}

share_record <- function(statistic, category, found, place, base, group, without_error) {
  one <- settled(found, place, TRUE)
  made <- share_limits(one$value, one$variance, found$n, found$df)
  size <- min(found$n, one$value * (1 - one$value) / one$variance)
  finished(statistic, category, found, one, made$limits, made$method, base, group, without_error,
           share = TRUE, n_effective = if (is.finite(size)) size else found$n)
}

mean_record <- function(statistic, category, found, place, base, group, without_error) {
  one <- settled(found, place, FALSE)
  error <- sqrt(one$variance)
  shown <- error > 1e-13 * abs(one$value) && found$df > 0
  limits <- if (shown) one$value + c(-1, 1) * t_of(found$df, confidence) * error else c(NA, NA)
  if (census) limits <- rep(one$value, 2)
  finished(statistic, category, found, one, limits, "t", base, group, without_error,
           n_effective = found$n / one$deff)
}

net_record <- function(found, places, base, group, without_error) {
  top <- settled(found, places[1], TRUE)
  bottom <- settled(found, places[2], TRUE)
  joint <- found$variance[places[1], places[2]]
  raw <- diag(found$variance)[places]
  net <- settled(list(
    value = top$value - bottom$value, variance = matrix(sum(raw) - 2 * joint),
    deff = found$net_deff, spread = found$net_spread
  ), 1, FALSE)
  side <- function(one) c(one$value, share_limits(one$value, one$variance, found$n, found$df)$limits)
  varied <- top$variance > 1e-24 && bottom$variance > 1e-24
  correlation <- if (varied) max(-1, min(1, joint / sqrt(prod(raw)))) else 0
  limits <- mover(side(top), side(bottom), correlation)
  limits <- c(max(limits[1], -1), min(limits[2], 1))
  finished("net", "", found, net, limits, "mover_wilson", base, group, without_error,
           n_effective = found$n / net$deff)
}

# The columns of a measure: 1 and 0 for each answer, the numbers, NA for what is no opinion.
columns_for <- function(measure) {
  valid <- measure$valid[placed]
  text <- measure$text[placed]
  only <- function(x) ifelse(valid, as.numeric(x), NA)
  if (measure$kind == "mean") return(list(data.frame(mean = measure$number[placed])))
  if (measure$kind == "ranks") {
    ranking <- measure$ranking[placed]
    first <- vapply(ranking, function(x) if (length(x)) x[1] else "", "")
    places <- lapply(measure$codes, function(code) {
      data.frame(place = vapply(ranking, function(x) as.numeric(match(code, x)), 0))
    })
    shares <- as.data.frame(lapply(measure$codes, function(code) only(first == code)),
                            col.names = paste0("first", seq_along(measure$codes)))
    return(c(list(shares), places))
  }
  found <- lapply(measure$codes, function(code) only(text == code))
  names(found) <- paste0("answer", seq_along(found))
  found$top <- only(text %in% measure$top)
  found$bottom <- only(text %in% measure$bottom)
  found$net <- found$top - found$bottom
  if (measure$numeric) found$mean <- measure$number[placed]
  list(as.data.frame(found))
}

satisfaction <- function(measure, columns, base, group, without_error, found) {
  answers <- seq_along(measure$codes)
  place <- function(name) match(name, names(columns))
  share <- function(statistic, at, category = "") {
    if (is.null(found)) return(empty(statistic, category, base, group$size))
    share_record(statistic, category, found, at, base, group, without_error)
  }
  made <- lapply(answers, function(each) share("category", each, measure$codes[each]))
  made <- c(made, list(share("satisfied", place("top"))))
  if (length(measure$bottom)) {
    made <- c(made, list(share("dissatisfied", place("bottom"))))
    made <- c(made, list(if (is.null(found)) empty("net", "", base, group$size) else {
      found$net_deff <- found$deff[place("net")]
      found$net_spread <- found$spread[place("net")]
      net_record(found, c(place("top"), place("bottom")), base, group, without_error)
    }))
  }
  if (measure$numeric) made <- c(made, list(if (is.null(found)) empty("mean", "", base, group$size) else {
    mean_record("mean", "", found, place("mean"), base, group, without_error)
  }))
  made
}

ranks <- function(measure, columns, base, group, without_error, found) {
  each <- seq_along(measure$codes)
  shares <- lapply(each, function(at) {
    if (is.null(found[[1]])) return(empty("first_place", measure$codes[at], base, group$size))
    share_record("first_place", measure$codes[at], found[[1]], at, base, group, without_error[1])
  })
  positions <- lapply(each, function(at) {
    one <- found[[at + 1]]
    if (is.null(one)) return(empty("mean_position", measure$codes[at], base, group$size))
    mean_record("mean_position", measure$codes[at], one, 1, base, group, without_error[at + 1])
  })
  c(shares, positions)
}

designed_figures <- function(measure, grouping, groups) {
  tables <- columns_for(measure)
  in_a_group <- rep(FALSE, nrow(data))
  for (group in groups[-1]) in_a_group <- in_a_group | group$inside[placed]
  # One lonely unit among those described leaves all of a table without an error.
  alone <- function(columns, inside) {
    weighs <- if (is.null(data$weight)) TRUE else data$weight > 0
    any(lonely & stats::complete.cases(columns) & inside & weighs)
  }
  lapply(groups, function(group) {
    inside <- group$inside[placed]
    table <- if (is.null(group$value)) rep(TRUE, nrow(data)) else in_a_group
    without_error <- vapply(tables, alone, TRUE, inside = table)
    base <- base_of(measure, group$inside)
    found <- lapply(tables, estimated, inside = inside)
    if (measure$kind == "ranks") return(ranks(measure, tables, base, group, without_error, found))
    if (measure$kind == "mean") return(list(if (is.null(found[[1]])) empty("mean", "", base, group$size) else
      mean_record("mean", "", found[[1]], 1, base, group, without_error[1])))
    satisfaction(measure, tables[[1]], base, group, without_error[1], found[[1]])
  })
}
