# For recompute.R: intervals, in base R, each from its published formula.

z_of <- function(level) qnorm((1 + level) / 2)
t_of <- function(df, level) ifelse(df > 0, qt((1 + level) / 2, pmax(df, 1e-9)), NaN)

# Wilson (1927), with any effective size and any quantile.
wilson <- function(p, size, quantile) {
  square <- quantile^2
  centre <- (p + square / (2 * size)) / (1 + square / size)
  half <- quantile * sqrt(p * (1 - p) / size + square / (4 * size^2)) / (1 + square / size)
  c(max(0, centre - half), min(1, centre + half))
}

wilson_of_counts <- function(x, n, level) {
  found <- wilson(x / n, n, z_of(level))
  c(if (x == 0) 0 else found[1], if (x == n) 1 else found[2])
}

# Korn and Graubard (1998): Clopper-Pearson on an effective size that pays for degrees of freedom.
korn_graubard <- function(p, n, size, df, level) {
  extreme <- p <= 0 || p >= 1
  ideal <- if (n > 1) t_of(n - 1, level) else Inf
  size <- min(n, (if (extreme) n else size) * (ideal / t_of(df, level))^2)
  x <- p * size
  tail <- (1 - level) / 2
  low <- if (p <= 0) 0 else qbeta(tail, x, size - x + 1)
  high <- if (p >= 1) 1 else qbeta(1 - tail, x + 1, size - x)
  c(min(low, p), max(high, p))
}

# Bonett and Price (2012): the net of a large population.
bonett_price <- function(top, bottom, n, level) {
  first <- (top + 1) / (n + 2)
  second <- (bottom + 1) / (n + 2)
  net <- first - second
  half <- z_of(level) * sqrt((first + second - net^2) / (n + 2))
  c(max(-1, net - half), min(1, net + half))
}

# The method of variance estimates recovery: each side is c(value, low, high).
mover <- function(one, other, correlation) {
  reach <- function(down, up) sqrt(max(0, down^2 + up^2 - 2 * correlation * down * up))
  gap <- one[1] - other[1]
  c(gap - reach(one[1] - one[2], other[3] - other[1]),
    gap + reach(one[3] - one[1], other[1] - other[2]))
}

# Whole numbers of any length -----------------------------------------------------------------------
# A limit of the exact interval turns on whether a tail is greater than alpha/2, and sometimes it is
# equal. phyper decides where it is plainly one or the other; a tie is decided by counting samples
# in whole numbers, held as digits in base 1e7.

BASE <- 1e7

carried <- function(digits) {
  place <- 1
  while (place <= length(digits)) {
    over <- floor(digits[place] / BASE)
    if (over > 0) {
      digits[place] <- digits[place] - over * BASE
      if (place == length(digits)) digits <- c(digits, 0)
      digits[place + 1] <- digits[place + 1] + over
    }
    place <- place + 1
  }
  digits
}

plus <- function(a, b) {
  size <- max(length(a), length(b))
  carried(c(a, rep(0, size - length(a))) + c(b, rep(0, size - length(b))))
}

times <- function(a, small) carried(a * small)

# By a small number that divides it.
over <- function(a, small) {
  left <- 0
  for (place in rev(seq_along(a))) {
    here <- left * BASE + a[place]
    a[place] <- floor(here / small)
    left <- here - a[place] * small
  }
  a
}

is_greater <- function(a, b) {
  size <- max(length(a), length(b))
  gap <- c(a, rep(0, size - length(a))) - c(b, rep(0, size - length(b)))
  first <- which(gap != 0)
  length(first) > 0 && gap[max(first)] > 0
}

ways <- function(n, k) {
  found <- 1
  if (k > 0) for (i in seq_len(k)) found <- over(times(found, n - k + i), i)
  found
}

product <- function(a, b) {
  found <- 0
  for (place in seq_along(b)) found <- plus(found, c(rep(0, place - 1), times(a, b[place])))
  found
}

# P(X >= x) > alpha/2, of n drawn out of N of which `total` have the property.
exceeds <- function(x, n, total, N, level) {
  tail <- phyper(x - 1, total, N - total, n, lower.tail = FALSE)
  limit <- (1 - level) / 2
  if (abs(tail - limit) > 1e-9 * limit) return(tail > limit)
  counted <- 0
  for (k in x:min(n, total)) counted <- plus(counted, product(ways(total, k), ways(N - total, n - k)))
  # The level as the decimal number that it prints as: alpha/2 is above/below.
  below <- 2 * 10^nchar(sub("^[^.]*\\.?", "", format(level, digits = 15)))
  above <- round((1 - level) * below / 2)
  is_greater(times(counted, below), times(ways(N, n), above))
}

least_total <- function(x, n, N, level) {
  low <- x
  high <- N - (n - x)
  while (low < high) {
    middle <- (low + high) %/% 2
    if (exceeds(x, n, middle, N, level)) high <- middle else low <- middle + 1
  }
  low
}

known_limits <- new.env()

# The exact interval of a finite population: Buonaccorsi (1987).
hypergeometric <- function(x, n, N, level) {
  key <- paste(x, n, N)
  if (is.null(known_limits[[key]])) {
    low <- least_total(x, n, N, level)
    high <- N - least_total(n - x, n, N, level)
    known_limits[[key]] <- c(min(low, high), max(low, high)) / N
  }
  known_limits[[key]]
}

# The net of a finite population: MOVER on the exact limits widened by half a unit.
mover_exact <- function(top, bottom, n, N, level) {
  if (n == N) return(rep((top - bottom) / n, 2))
  share <- function(x) {
    exact <- hypergeometric(x, n, N, level)
    c(x / n, min(x / n, exact[1] - 0.5 / N), max(x / n, exact[2] + 0.5 / N))
  }
  against <- sqrt((top + 1) * (bottom + 1) / ((n + 1 - top) * (n + 1 - bottom)))
  found <- mover(share(top), share(bottom), -against)
  silent <- N - n
  c(max(found[1], (top - bottom - silent) / N), min(found[2], (top - bottom + silent) / N))
}

# The standard of Chile's National Statistics Institute (INE, 2020) for a proportion.
verdict <- function(p, se, n, df) {
  if (n < 60 || is.na(df) || df < 9) return("not_reliable")
  if (se == 0) return(character())
  if (se <= min(p, 1 - p)^(2 / 3) / 9) "reliable" else "weakly_reliable"
}
