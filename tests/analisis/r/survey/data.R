# Writes the data sets of the reference cases as CSV: R survey's own, cut to the columns in use,
# and awkward ones of ours from a fixed seed. Every other script reads these files, as the tests
# do, so that both sides start from the same decimal digits.
suppressMessages(library(survey))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))

put <- function(data, name, gz = FALSE) {
  path <- file.path(here, "data", paste0(name, ".csv", if (gz) ".gz"))
  connection <- if (gz) gzfile(path, "wb") else file(path, "wb")
  write.csv(data, connection, row.names = FALSE, na = "", quote = TRUE)
  close(connection)
}

# --- R survey's own -------------------------------------------------------------------------

data(api)
schools <- function(data, more) {
  data$big <- !is.na(data$enroll) & data$enroll > 600
  data$only.e <- data$stype == "E"
  data$band <- as.integer(cut(data$api00, c(0, 500, 600, 700, 800, 1000)))
  data$size <- ifelse(is.na(data$enroll), NA, ifelse(data$enroll > 900, "large", "small"))
  keep <- c("stype", "dnum", "snum", "cnum", "api00", "api99", "meals", "ell", "mobility",
            "acs.core", "target", "enroll", "api.stu", "comp.imp", "sch.wide", "awards",
            "big", "only.e", "band", "size", more)
  data[, keep]
}
put(schools(apistrat, c("pw", "fpc")), "apistrat")
put(schools(apiclus1, c("pw", "fpc")), "apiclus1")
put(schools(apiclus2, c("pw", "fpc1", "fpc2")), "apiclus2")
put(schools(apisrs, c("pw", "fpc")), "apisrs")

data(nhanes)
nhanes$agecat <- as.character(nhanes$agecat)
nhanes$adult <- nhanes$agecat != "(0,19]"
put(nhanes, "nhanes", gz = TRUE)
data(yrbs)
put(yrbs, "yrbs", gz = TRUE)
data(fpc)
fpc$fraction <- fpc$nh / fpc$Nh
fpc$high <- fpc$x > 6
put(fpc, "fpc")
data(mu284)
put(mu284, "mu284")
data(scd)
put(scd, "scd")
data(hospital)
hospital$much <- hospital$births > 1000
put(hospital, "hospital")
data(crowd)
put(crowd, "crowd")

# --- ours -----------------------------------------------------------------------------------

set.seed(20240611)
answers <- function(n, missing = 0.15, top = 7) {
  sat <- sample(seq_len(top), n, TRUE, prob = seq_len(top) + 1)
  sat[runif(n) < missing] <- NA
  sat
}
numbers <- function(n, missing = 0.15) {
  y <- round(rnorm(n, 50, 12), 2)
  y[runif(n) < missing] <- NA
  y
}

# Strata of unequal size, ids that repeat over strata, weights over six orders of magnitude, some
# of them zero in w0, missing values everywhere, domains that lose units, strata or everything.
psus <- c(2, 3, 4, 5, 2, 6, 3, 4)
awkward <- do.call(rbind, lapply(seq_along(psus), function(h) {
  do.call(rbind, lapply(seq_len(psus[h]), function(i) {
    data.frame(stratum = sprintf("h%d", h), psu = i, m = seq_len(sample(4:11, 1)))
  }))
}))
n <- nrow(awkward)
awkward$w <- signif(10^runif(n, -1, 5), 6)
awkward$w0 <- ifelse(runif(n) < 0.2, 0, round(runif(n, 1, 40), 1))
awkward$whole <- sample(1:9, n, TRUE)
awkward$unit <- 1
awkward$N <- psus[match(awkward$stratum, sprintf("h%d", seq_along(psus)))] *
  (2 + as.integer(factor(awkward$stratum)))
awkward$sat <- answers(n)
awkward$sat2 <- pmin(7, pmax(1, awkward$sat + sample(-2:2, n, TRUE)))
awkward$y <- numbers(n)
awkward$x <- round(runif(n, 1, 30), 1)
awkward$region <- sample(c("Norte", "Centro", "Sur", "Ñuble"), n, TRUE, prob = c(4, 6, 3, 1))
awkward$region[runif(n) < 0.05] <- NA
awkward$sex <- sample(1:2, n, TRUE)
awkward$few <- awkward$stratum %in% c("h2", "h4", "h6")
awkward$alone <- awkward$psu == 1
awkward$spread <- awkward$m %% 2 == 1
awkward$never <- FALSE
awkward$yes <- ifelse(awkward$region %in% "Sur", 1, ifelse(awkward$region %in% "Ñuble", 0,
                                                          rbinom(n, 1, 0.4)))
awkward$m <- NULL
put(awkward[sample(n), ], "awkward")

# Two strata with a single unit: in `N` one of them has N = 1 (not lonely), in `N1` both, in `N2`
# none.
lonely <- data.frame(stratum = rep(c("a", "b", "c", "d", "e"), c(12, 9, 3, 4, 15)),
                     psu = c(rep(1:4, each = 3), rep(5:7, each = 3), rep(8, 3), rep(9, 4),
                             rep(10:14, each = 3)))
lonely$N <- c(a = 20, b = 9, c = 1, d = 6, e = 30)[lonely$stratum]
lonely$N1 <- c(a = 20, b = 9, c = 1, d = 1, e = 30)[lonely$stratum]
lonely$N2 <- c(a = 20, b = 9, c = 5, d = 6, e = 30)[lonely$stratum]
lonely$w <- round(runif(nrow(lonely), 1, 12), 2)
lonely$y <- numbers(nrow(lonely), 0.1)
lonely$x <- round(runif(nrow(lonely), 5, 9), 2)
lonely$sat <- answers(nrow(lonely), 0.1, 4)
lonely$half <- rep_len(c(TRUE, FALSE, TRUE), nrow(lonely))
lonely$group <- rep_len(c("p", "q", "p", "q", "q"), nrow(lonely))
put(lonely, "lonely")

# One unit in every stratum.
single <- data.frame(stratum = rep(1:7, each = 4), psu = rep(101:107, each = 4))
single$w <- round(runif(28, 1, 30), 1)
single$y <- numbers(28, 0)
single$x <- round(runif(28, 5, 9), 2)
single$sat <- answers(28, 0, 4)
put(single, "single")

# Two stages with known numbers of units, also as fractions, and a stratum counted in full.
stages <- do.call(rbind, lapply(c("u", "v", "t"), function(h) {
  count <- c(u = 4, v = 6, t = 3)[[h]]
  do.call(rbind, lapply(seq_len(count), function(i) {
    units <- sample(3:5, 1)
    inside <- units + sample(0:8, 1)
    data.frame(stratum = h, psu = i, unit = rep(seq_len(units), each = 2),
               N = c(u = 18, v = 40, t = 3)[[h]], M = inside,
               f1 = count / c(u = 18, v = 40, t = 3)[[h]], f2 = units / inside)
  }))
}))
stages$w <- 1 / (stages$f1 * stages$f2)
stages$y <- numbers(nrow(stages), 0.1)
stages$x <- round(runif(nrow(stages), 5, 9), 2)
stages$sat <- answers(nrow(stages), 0.1, 5)
stages$group <- rep_len(c("p", "q", "p", "r", "q"), nrow(stages))
stages$odd <- seq_len(nrow(stages)) %% 2 == 1
put(stages, "stages")

# Two units in each of seven strata, for half samples.
pairs <- data.frame(stratum = rep(1:7, each = 10), psu = rep(rep(1:2, each = 5), 7))
pairs$w <- round(runif(70, 10, 90), 1)
pairs$y <- numbers(70, 0.1)
pairs$x <- round(runif(70, 5, 9), 2)
pairs$sat <- answers(70, 0.1, 5)
pairs$sex <- sample(c("f", "m"), 70, TRUE)
pairs$odd <- seq_len(70) %% 3 != 0
pairs$w1 <- pairs$w / mean(pairs$w)
put(pairs, "pairs")

# Equal weights and crossed classes, for raking and calibration.
margins <- data.frame(psu = rep(1:30, each = 8), w = 25)
margins$sex <- sample(c("f", "m"), 240, TRUE, prob = c(0.55, 0.45))
margins$age <- sample(c("a15", "a30", "a60"), 240, TRUE, prob = c(2, 4, 3))
margins$region <- sample(1:4, 240, TRUE)
margins$w2 <- round(runif(240, 5, 45), 1)
margins$y <- round(50 + 6 * (margins$sex == "f") + 4 * margins$region + rnorm(240, 0, 9), 2)
margins$y[runif(240) < 0.08] <- NA
margins$x <- round(runif(240, 5, 9), 2)
margins$sat <- answers(240, 0.1)
margins$part <- runif(240) < 0.4
put(margins, "margins")
