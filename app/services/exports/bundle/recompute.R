# Make every figure of figures.csv again from the answers in data/, and name those that differ.
#
#   Rscript recompute.R            # in the folder of the bundle, or with its path as argument
#
# It needs R 4.0; for samples also the package survey, 4.1 or later. It reads the answers and the
# design, and nothing of what Cabildo counted.
#
# It ends with 0 where every figure is the same, 1 where one differs, 2 where it cannot be done.
#
# Tolerance. Texts, counts and flags must be equal. Numbers may differ by one part in 1e9: R and
# Python sum in another order, and their quantiles agree in about twelve digits. Weights that agree
# with several margins are found by going round them until nothing moves; both programs stop at
# slightly different weights, so those numbers may differ by one part in 1e6.

options(warn = 1, stringsAsFactors = FALSE)
invisible(suppressWarnings(Sys.setlocale("LC_CTYPE", "C.UTF-8")))
given <- commandArgs(trailingOnly = TRUE)
folder <- if (length(given)) given[1] else "."
program <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])
here <- dirname(normalizePath(program))
read_r <- function(name, from) source(file.path(from, name), encoding = "UTF-8")

read_r("design.R", folder)
read_r("recompute_intervals.R", here)
TOLERANCE <- if (length(design$totals) > 1) 1e-6 else 1e-9

# Answers -------------------------------------------------------------------------------------------

read_table <- function(name) {
  found <- read.csv(file.path(folder, name), colClasses = "character", check.names = FALSE,
                    na.strings = character(), encoding = "UTF-8")
  # The first column's name begins with a byte order mark.
  names(found)[1] <- sub("^.*?(_?id)$", "\\1", names(found)[1], useBytes = TRUE)
  # Without the apostrophe that keeps a spreadsheet from running a text as a formula.
  found[] <- lapply(found, function(x) {
    sub("^'(?='*[=+@\\t\\r\\n\uFF1D\uFF0B\uFF0D\uFF20-])", "", x, perl = TRUE)
  })
  found
}

rows <- read_table("data/responses.csv")
shown <- read_table("data/shown.csv")
shown <- shown[match(rows[["_id"]], shown$id), , drop = FALSE]
is_number <- function(x) grepl("^-?[0-9]+([.][0-9]+)?(e[+-]?[0-9]+)?$", x)
as_text <- function(x) if (is.numeric(x)) format(x, scientific = FALSE, trim = TRUE) else as.character(x)
text_of <- function(x) if (length(x)) vapply(x, as_text, "") else character()
ranking_of <- function(text) strsplit(text, " ", fixed = TRUE)

# A measure with its answers, row by row: a number for each answer, NA for what is no opinion.
prepared <- function(measure) {
  text <- rows[[measure$question]]
  special <- text_of(measure$special)
  measure$text <- text
  measure$shown <- shown[[measure$question]] == "1"
  measure$is_special <- text %in% special
  measure$codes <- text_of(measure$categories)
  measure$numeric <- is.numeric(measure$categories)
  measure$top <- text_of(measure$satisfied)
  measure$bottom <- text_of(measure$dissatisfied)
  if (measure$kind == "ranks") {
    measure$ranking <- lapply(ranking_of(text), function(x) if (any(x %in% special)) character() else x)
    measure$valid <- text != "" & !measure$is_special
  } else if (length(measure$codes)) {
    measure$valid <- text %in% measure$codes
    if (measure$numeric) measure$number <- ifelse(measure$valid, suppressWarnings(as.numeric(text)), NA)
  } else {
    measure$valid <- is_number(text) & !measure$is_special
    measure$number <- ifelse(measure$valid, suppressWarnings(as.numeric(text)), NA)
  }
  measure
}

# Who was shown the question and answered, or left it blank.
base_of <- function(measure, inside) {
  blank <- measure$shown & measure$text == ""
  if (measure$kind == "mean") blank <- blank | (measure$text != "" & !measure$valid & !measure$is_special)
  sum((measure$valid | measure$is_special | blank) & inside)
}

not_shown_of <- function(measure, inside) sum(inside) - sum(measure$shown & inside)

# Records -------------------------------------------------------------------------------------------

record <- function(statistic, category = "", value = NA, se = NA, limits = c(NA, NA), method = "",
                   n, base, size, df = NA, deff = NA, n_effective = NA, flags) {
  if (anyNA(limits)) method <- ""
  list(statistic = statistic, category = category, value = value, se = se, low = limits[1],
       high = limits[2], confidence = if (method == "") NA else confidence, method = method, n = n,
       base = base, population = size, df = df, deff = deff, n_effective = n_effective,
       flags = paste(flags, collapse = " "))
}

simulated_flag <- if (simulated) "simulated" else character()

# Figures without a design: a list, a simple random sample, an open link ----------------------------

# The mean of scores and its standard error, of n out of N (NA: of many).
mean_of <- function(scores, size) {
  n <- length(scores)
  if (!is.na(size) && n == size) return(c(mean(scores), 0))
  if (n == 1) return(c(scores, NA))
  if (selection == "probability") {
    frame <- data.frame(y = scores, one = 1, all = if (is.na(size)) NA else size)
    sample <- if (is.na(size)) {
      survey::svydesign(ids = ~1, weights = ~one, data = frame)
    } else {
      survey::svydesign(ids = ~1, fpc = ~all, data = frame)
    }
    found <- survey::svymean(~y, sample)
    return(c(as.numeric(found), as.numeric(survey::SE(found))))
  }
  unseen <- if (is.na(size)) 1 else 1 - n / size
  c(mean(scores), sqrt(unseen * sum((scores - mean(scores))^2) / (n * (n - 1))))
}

flags_of <- function(n, size, of_the_list) {
  census <- n > 0 && !is.na(size) && n == size
  assumed <- c(probability = "simple_random_assumed", census = "assumes_random_nonresponse")
  c(if (selection == "open") "self_selected" else if (census) "census"
    else if (!of_the_list) assumed[[selection]], simulated_flag)
}

plain_figures <- function(measure, inside, size) {
  valid <- measure$valid & inside
  n <- sum(valid)
  base <- base_of(measure, inside)
  # Of a list, whoever was not shown the question responded; among the answers there is none.
  listed_base <- base + (if (is.na(size)) 0 else not_shown_of(measure, inside))
  found <- list()
  add <- function(...) found[[length(found) + 1]] <<- record(...)
  of_list <- function(statistic, ...) {
    add(statistic, ..., n = n, base = listed_base, size = size, flags = flags_of(n, size, TRUE))
  }
  # Scores of those who answered; the limits are worked out only where the selection allows them.
  of_answers <- function(statistic, scores, limits, method, category = "", share = FALSE) {
    n <- length(scores)
    flags <- flags_of(n, size, FALSE)
    if (!n || selection == "open") {
      return(add(statistic, category, value = if (n) mean(scores) else NA, n = n, base = base,
                 size = size, flags = flags))
    }
    made <- mean_of(scores, size)
    if (share && "simple_random_assumed" %in% flags) {
      flags <- c(flags, if (!is.na(made[2])) verdict(made[1], made[2], n, n - 1) else
        if (n < 60) "not_reliable")
    }
    add(statistic, category, value = made[1], se = made[2], limits = limits(made), method = method,
        n = n, base = base, size = size, df = n - 1, deff = 1, n_effective = n, flags = flags)
  }
  proportion <- function(statistic, is_so, category = "") {
    x <- sum(is_so[valid])
    exact <- !is.na(size)
    limits <- function(made) {
      if (exact) hypergeometric(x, n, size, confidence) else wilson_of_counts(x, n, confidence)
    }
    of_answers(statistic, as.numeric(is_so[valid]), limits,
               if (exact) "hypergeometric" else "wilson", category, share = TRUE)
  }
  average <- function(statistic, scores, category = "") {
    limits <- function(made) {
      if (!is.na(size) && length(scores) == size) return(rep(made[1], 2))
      if (is.na(made[2]) || made[2] == 0) return(c(NA, NA))
      made[1] + c(-1, 1) * t_of(length(scores) - 1, confidence) * made[2]
    }
    of_answers(statistic, scores, limits, "t", category)
  }

  is_listed <- !is.na(size) && selection == "census"
  if (is_listed) of_list("response_rate", value = listed_base / size)
  if (measure$kind == "ranks") {
    first <- vapply(measure$ranking, function(x) if (length(x)) x[1] else "", "")
    for (code in measure$codes) proportion("first_place", first == code, code)
    for (code in measure$codes) {
      places <- vapply(measure$ranking[valid], function(x) match(code, x), 1L)
      average("mean_position", as.numeric(places[!is.na(places)]), code)
    }
    return(found)
  }
  if (measure$kind == "mean") {
    average("mean", measure$number[valid])
    return(found)
  }
  top <- measure$text %in% measure$top
  bottom <- measure$text %in% measure$bottom
  s <- sum(top & valid)
  if (is_listed) of_list("strict", value = s / size)
  if (!is.na(size) && selection != "probability") {
    of_list("bounds", limits = c(s, s + size - n) / size, method = "bounds")
    found[[length(found)]]$method <- ""
    found[[length(found)]]$confidence <- NA
  }
  for (code in measure$codes) proportion("category", measure$text == code, code)
  proportion("satisfied", top)
  if (length(measure$bottom)) {
    proportion("dissatisfied", bottom)
    limits <- function(made) {
      against <- sum(bottom & valid)
      if (is.na(size)) bonett_price(s, against, n, confidence)
      else mover_exact(s, against, n, size, confidence)
    }
    of_answers("net", (top - bottom)[valid], limits,
               if (is.na(size)) "bonett_price" else "mover_exact")
  }
  if (measure$numeric) average("mean", measure$number[valid])
  found
}

# All of them, beside those that were published -----------------------------------------------------

if (is.null(design)) {
  counted <- rep(TRUE, nrow(rows))
} else {
  read_r("recompute_designed.R", here)
}

believable <- function(size, count) if (is.null(size) || is.na(size) || count > size) NA else size

recomputed <- function(measure, grouping) {
  groups <- list(list(value = NULL, inside = counted, size = believable(population, nrow(rows))))
  for (place in seq_along(grouping$values)) {
    value <- text_of(grouping$values[place])
    inside <- counted & rows[[grouping$column]] == value
    groups[[place + 1]] <- list(value = value, inside = inside,
                                size = believable(grouping$populations[place], sum(inside)))
  }
  figures <- if (is.null(design)) {
    lapply(groups, function(group) plain_figures(measure, group$inside, group$size))
  } else {
    designed_figures(measure, grouping, groups)
  }
  found <- do.call(rbind, lapply(unlist(figures, recursive = FALSE), function(x) {
    x$category <- as.character(x$category)
    as.data.frame(x)
  }))
  found
}

TEXTS <- c("statistic", "category", "method", "flags")
COUNTS <- c("n", "base", "population")
NUMBERS <- c("value", "se", "low", "high", "confidence", "df", "deff", "n_effective")

differing <- function(kept, made) {
  same <- function(name) {
    one <- kept[[name]]
    other <- made[[name]]
    if (name %in% TEXTS) return(one == other)
    one <- suppressWarnings(as.numeric(one))
    absent <- is.na(one) | is.na(other)
    near <- abs(one - other) <= if (name %in% COUNTS) 0 else TOLERANCE * abs(one) + 1e-12
    ifelse(absent, is.na(one) & is.na(other), near)
  }
  !vapply(c(TEXTS, COUNTS, NUMBERS), same, logical(nrow(kept)))
}

compare <- function(published) {
  wrong <- 0
  said <- function(line) paste(Filter(nzchar, line), collapse = " ")
  for (grouping in c(list(list(by = "")), groupings)) for (measure in prepared_measures) {
    kept <- published[published$by == grouping$by & published$measure == measure$name, ]
    made <- recomputed(measure, grouping)
    if (nrow(kept) != nrow(made)) {
      cat("DIFFERS", grouping$by, measure$name, ": published", nrow(kept), "figures, recomputed",
          nrow(made), "\n")
      wrong <- wrong + 1
      next
    }
    found <- matrix(differing(kept, made), nrow = nrow(kept),
                    dimnames = list(NULL, c(TEXTS, COUNTS, NUMBERS)))
    for (row in which(rowSums(found) > 0)) {
      wrong <- wrong + 1
      names <- colnames(found)[found[row, ]]
      where <- said(c(measure$name, kept$statistic[row], kept$category[row], kept$by[row], kept$group[row]))
      what <- vapply(names, function(name) sprintf(
        "%s: published %s, recomputed %s", name, kept[[name]][row],
        format(made[[name]][row], digits = 17)), "")
      cat("DIFFERS ", where, ": ", paste(what, collapse = "; "), "\n", sep = "")
    }
  }
  wrong
}

prepared_measures <- lapply(measures, prepared)
published <- read_table("figures.csv")
wrong <- compare(published)
cat(nrow(published), "figures compared,", wrong, "differ.\n")
quit(status = if (wrong > 0 || nrow(published) == 0) 1 else 0)
