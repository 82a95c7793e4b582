/*
 * sigma is the value for which the squares of all disagreements, each over its variance, add up to
 * their number. Unlike the mean of single estimates that lets those count little that are mostly
 * noise; unlike a maximum of likelihood it is pulled up by a single square that is far too large.
 */
#include "roughness.h"

#include <math.h>

enum {
    HALVINGS = 60 /* of the interval of sigma^2: a few to find its order, the rest for its bits */
};

/*
 * Student's t at 1e-4 is 13, 7.1, 5.7 and 5.1 for 4, 8, 12 and 16 degrees of freedom. On networks
 * of rectifiers, whose kinks have a shorter tail with few of them, 10 was safe with 4 and 6 with 16
 * (3 and 4 were not): 5 + 20/freedom passes through both.
 */
static const double REACH_FOR_MANY = 5.0;
static const double REACH_FOR_FEW = 20.0;

/* c(h) - r^2 c(h/r) beyond this many standard deviations of its noise is no noise, */
static const double KINK_SIGMAS = 6.0;
/* and no fourth order if it is this share of c(h): steps are far too short for h^4 to be that. */
static const double KINK_SHARE = 0.1;

/*
 * f(x) is in every even part of every direction, and its rounding, which may well be twice what is
 * usual, would show as roughness everywhere. It is taken out as one error of all gaps, which has
 * this many times the standard deviation of the others.
 */
static const double NOISE_AT_X = 3.0;

/* Squares are taken in a unit that neither noise nor the values overflow in. */
static const double LARGEST_SQUARE = 1e100;
static const double LEAST_NOISE = 1e-150;

enum {
    SLOPES = 1,
    EVENS = 2
};

/* A gap of variance sigma^2 rough + noise^2 noisy, and besides `shared` times the error of f(x),
 * which is the same in all. */
typedef struct disagreement {
    double gap;
    double rough, noisy, shared;
} disagreement;

/* The pairs to compare: all but the `skipped` longest of each direction. */
typedef struct selection {
    const ga_direction *const *directions;
    size_t count;
    int skipped;
    double unit, noise; /* noise in that unit */
} selection;

/* Of d(h), times h. */
static disagreement compare_slopes(const ga_direction *d, int longer, double unit)
{
    const double h = d->h[longer];
    const double r = h / d->h[longer + 1];
    return (disagreement){
        .gap = (d->residual_at[longer] - d->residual_at[longer + 1]) * h / unit,
        .rough = h * h * h * (1.0 - 1.0 / r) * (1.0 - 1.0 / r) / 6.0,
        .noisy = 0.5 * (1.0 + r * r),
    };
}

static disagreement compare_evens(const ga_direction *d, int longer, double unit)
{
    const double h = d->h[longer];
    const double r = h / d->h[longer + 1];
    return (disagreement){
        .gap = (d->even_at[longer] - r * r * d->even_at[longer + 1]) / unit,
        .rough = h * h * h * (2.0 / 3.0) * (r - 1.0) * (r - 1.0) / r,
        .noisy = 2.0 + 2.0 * r * r * r * r,
        .shared = 2.0 * (r * r - 1.0),
    };
}

/* Squares over variances, and what takes the error of f(x) out of them. */
typedef struct sum_of_squares {
    double squares, along, weight;
    int count;
} sum_of_squares;

static void add_square(sum_of_squares *sum, const disagreement *d, double sigma2, double noise)
{
    const double variance = sigma2 * d->rough + noise * noise * d->noisy;
    sum->squares += d->gap * d->gap / variance;
    sum->along += d->gap * d->shared / variance;
    sum->weight += d->shared * d->shared / variance;
    sum->count++;
}

/* The sum of squares over variances; its expectation is their number. By Sherman and Morrison, as
 * gaps that share one error of variance (NOISE_AT_X noise)^2. */
static sum_of_squares add_up(const selection *s, int kinds, double sigma2)
{
    sum_of_squares sum = {0};
    for (size_t q = 0; q < s->count; q++) {
        const ga_direction *d = s->directions[q];
        for (int k = s->skipped; k + 1 < d->pairs; k++) {
            const disagreement slopes = compare_slopes(d, k, s->unit);
            const disagreement evens = compare_evens(d, k, s->unit);
            if (kinds & SLOPES) {
                add_square(&sum, &slopes, sigma2, s->noise);
            }
            if (kinds & EVENS) {
                add_square(&sum, &evens, sigma2, s->noise);
            }
        }
    }
    const double prior = 1.0 / (NOISE_AT_X * NOISE_AT_X * s->noise * s->noise);
    sum.squares -= sum.along * (sum.along / (prior + sum.weight));
    return sum;
}

/* Falls with sigma. */
static double excess(const selection *s, int kinds, double sigma2)
{
    const sum_of_squares sum = add_up(s, kinds, sigma2);
    return sum.squares - (double)sum.count;
}

/* The largest sigma^2 that a single disagreement would ask for. */
static double upper_limit(const selection *s)
{
    double high = 0.0;
    for (size_t q = 0; q < s->count; q++) {
        const ga_direction *d = s->directions[q];
        for (int k = s->skipped; k + 1 < d->pairs; k++) {
            const disagreement slopes = compare_slopes(d, k, s->unit);
            const disagreement evens = compare_evens(d, k, s->unit);
            high = fmax(high, slopes.gap * slopes.gap / slopes.rough);
            high = fmax(high, evens.gap * evens.gap / evens.rough);
        }
    }
    return high;
}

static double solve(const selection *s, int kinds)
{
    if (!(excess(s, kinds, 0.0) > 0.0)) {
        return 0.0;
    }
    double low = 0.0;
    double high = upper_limit(s);
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = low > 0.0 ? sqrt(low) * sqrt(high) : 1e-6 * high;
        if (excess(s, kinds, middle) > 0.0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return sqrt(high) * s->unit;
}

/* The share of its expectation that a sum of squares falls below once in a thousand times: Wilson
 * and Hilferty's approximation of chi-squared, which errs to the low side. */
static double hardly_ever_below(int freedom)
{
    const double spread = 2.0 / (9.0 * freedom);
    const double root = fmax(0.0, 1.0 - spread - 3.09 * sqrt(spread));
    return root * root * root;
}

/* Do the shorter steps, without the longest pairs, disagree with sigma by far? */
static int is_smoother(const selection *s, double sigma)
{
    selection shorter = *s;
    shorter.skipped++;
    const double sigma2 = sigma / s->unit * (sigma / s->unit);
    const sum_of_squares sum = add_up(&shorter, SLOPES | EVENS, sigma2);
    return sum.count > 0 && sum.squares < hardly_ever_below(sum.count) * sum.count;
}

ga_roughness ga_roughness_of(const ga_direction *const *directions, size_t count, int skipped,
                             double noise)
{
    selection s = {.directions = directions, .count = count, .skipped = skipped};
    ga_roughness out = {0};
    double largest = 0.0;
    for (size_t q = 0; q < count; q++) {
        const ga_direction *d = directions[q];
        for (int k = skipped; k < d->pairs; k++) {
            largest = fmax(largest, fabs(d->residual_at[k]) * d->h[k]);
            largest = fmax(largest, fabs(d->even_at[k]));
        }
        out.freedom += d->pairs > skipped + 1 ? 2 * (d->pairs - skipped - 1) : 0;
    }
    s.unit = fmax(noise, largest / LARGEST_SQUARE);
    s.noise = fmax(noise / s.unit, LEAST_NOISE);
    out.sigma = solve(&s, SLOPES | EVENS);
    out.slopes = solve(&s, SLOPES);
    out.evens = solve(&s, EVENS);
    out.smoother = out.sigma > 0.0 && is_smoother(&s, out.sigma);
    return out;
}

double ga_roughness_reach(int freedom)
{
    return freedom > 0 ? REACH_FOR_MANY + REACH_FOR_FEW / freedom : (double)INFINITY;
}

int ga_roughness_shows_kinks(const ga_direction *direction, double noise)
{
    const int k = direction->pairs - 2;
    if (k < 0) {
        return 0;
    }
    const double r = direction->h[k] / direction->h[k + 1];
    const double gap = fabs(direction->even_at[k] - r * r * direction->even_at[k + 1]);
    const double size = fmax(fabs(direction->even_at[k]), r * r * fabs(direction->even_at[k + 1]));
    const disagreement unit = compare_evens(direction, k, 1.0);
    const double allowed = sqrt(unit.noisy + NOISE_AT_X * NOISE_AT_X * unit.shared * unit.shared);
    return gap > KINK_SIGMAS * noise * allowed && gap > KINK_SHARE * size;
}
