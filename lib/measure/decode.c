/* See decode.h. */
#include "decode.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum {
    CHUNK = 1024,        /* elements whose shares are held at once */
    RAYS_MOST = 1 << 16, /* elements among which pairs are sought: 1.5 MB */
    PAIRS_MOST = 4000,   /* looked at more closely before the search for pairs gives up */
    PAIR_EQUATIONS = 3   /* two faults and something left to contradict them */
};

/*
 * Fits by chance are rare events; those within ten bars are a hundred times as frequent with two
 * equations to spare, and tell how many to expect.
 */
static const double NEAR = 10.0;

/*
 * Pairs are sought in which each fault has at least an eighth of its largest possible effect; the
 * others lie too near to a single element and take too many comparisons.
 */
static const double LEAST_PART = 8.0;

/* An element's shares, seen along the residuals: pairs that explain them are parallel. */
typedef struct ga_ray {
    double angle;  /* in one plane across the residuals, 0 <= angle < pi */
    double second; /* in another one, where there are enough equations for it */
    size_t element;
} ga_ray;

ga_status ga_decoder_begin(ga_decoder *decoder, const ga_field *field)
{
    const size_t rays = field->count < RAYS_MOST ? field->count : RAYS_MOST;
    *decoder = (ga_decoder){.field = field};
    decoder->shares = malloc((size_t)GA_EQUATIONS_MOST * CHUNK * sizeof *decoder->shares);
    decoder->rays = malloc((rays > 0 ? rays : 1) * sizeof *decoder->rays);
    if (!decoder->shares || !decoder->rays) {
        ga_decoder_free(decoder);
        return GA_ENOMEM;
    }
    return GA_OK;
}

void ga_decoder_free(ga_decoder *decoder)
{
    free(decoder->shares);
    free(decoder->rays);
    *decoder = (ga_decoder){.field = NULL};
}

/* Shares of a chunk, one row of CHUNK an equation. */
static void read_shares(const ga_decoder *decoder, size_t first, size_t count,
                        const ga_equation *equations, int rows)
{
    for (int q = 0; q < rows; q++) {
        decoder->field->shares(decoder->field->context, &equations[q].course, first, count,
                               decoder->shares + (size_t)q * CHUNK);
    }
}

/* Keep a fit among the best, by rising misfit. */
static void keep(ga_fits *fits, const ga_fit *fresh)
{
    size_t i = fits->count < GA_FITS_KEPT ? fits->count : GA_FITS_KEPT;
    fits->count++;
    if (i == GA_FITS_KEPT) {
        if (!(fresh->misfit < fits->fit[i - 1].misfit)) {
            return;
        }
        i--;
    }
    for (; i > 0 && fits->fit[i - 1].misfit > fresh->misfit; i--) {
        fits->fit[i] = fits->fit[i - 1];
    }
    fits->fit[i] = *fresh;
}

/* What fits by chance when `near` did so within NEAR bars, with so many equations to spare. */
static double expect_luck(double near, int spare)
{
    return near / pow(NEAR, (double)spare);
}

void ga_decode_one(const ga_decoder *decoder, size_t first, size_t end,
                   const ga_equation *equations, int count, ga_fits *out)
{
    double near = 0.0;
    *out = (ga_fits){.count = 0};
    for (size_t at = first; at < end; at += CHUNK) {
        double along[CHUNK] = {0.0};   /* sum of w v r, */
        double squares[CHUNK] = {0.0}; /* of w v^2, */
        double worst[CHUNK] = {0.0};   /* and the largest misfit */
        const size_t n = end - at < CHUNK ? end - at : CHUNK;
        read_shares(decoder, at, n, equations, count);
        for (int q = 0; q < count; q++) {
            const double *v = decoder->shares + (size_t)q * CHUNK;
            const double weight = 1.0 / (equations[q].bar * equations[q].bar);
            const double pull = weight * equations[q].residual;
            for (size_t i = 0; i < n; i++) {
                along[i] += pull * v[i];
                squares[i] += weight * v[i] * v[i];
            }
        }
        for (int q = 0; q < count; q++) {
            const double *v = decoder->shares + (size_t)q * CHUNK;
            const ga_equation *e = equations + q;
            for (size_t i = 0; i < n; i++) {
                const double part = along[i] / squares[i] * v[i];
                const double off = fabs(e->residual - part) / (e->bar + e->slack * fabs(part));
                worst[i] = off <= worst[i] ? worst[i] : off; /* NaN stays: it never fits */
            }
        }
        for (size_t i = 0; i < n; i++) {
            near += worst[i] <= NEAR;
            if (worst[i] <= 1.0) {
                keep(out, &(ga_fit){.count = 1,
                                    .element = {at + i},
                                    .fault = {along[i] / squares[i]},
                                    .bar = {1.0 / sqrt(squares[i])},
                                    .misfit = worst[i]});
            }
        }
    }
    out->luck = expect_luck(fmax(0.0, near - (double)out->count), count - 1);
}

/* The residuals as a unit vector of numbers without units, and the planes across it. */
typedef struct view {
    const ga_equation *equations;
    int count;
    double length;                     /* of the residuals, in bars */
    double axis[4][GA_EQUATIONS_MOST]; /* orthonormal, across the residuals */
    int axes;
    double weight[GA_EQUATIONS_MOST]; /* 1/bar */
} view;

static double dot(const double *a, const double *b, int count)
{
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* Gram and Schmidt, from the unit vectors; the residuals themselves come first and are left out. */
static int look_across(view *out, const ga_equation *equations, int count)
{
    double base[5][GA_EQUATIONS_MOST];
    int made = 1;
    *out = (view){.equations = equations, .count = count};
    for (int q = 0; q < count; q++) {
        out->weight[q] = 1.0 / equations[q].bar;
        base[0][q] = equations[q].residual * out->weight[q];
    }
    out->length = sqrt(dot(base[0], base[0], count));
    if (!(out->length > 0.0 && out->length <= DBL_MAX)) {
        return 0;
    }
    for (int q = 0; q < count; q++) {
        base[0][q] /= out->length;
    }
    for (int unit = 0; unit < count && made < 5 && made < count; unit++) {
        double *fresh = base[made];
        for (int q = 0; q < count; q++) {
            fresh[q] = q == unit ? 1.0 : 0.0;
        }
        for (int round = 0; round < 2; round++) { /* the second takes off what rounding left */
            for (int k = 0; k < made; k++) {
                const double part = dot(fresh, base[k], count);
                for (int q = 0; q < count; q++) {
                    fresh[q] -= part * base[k][q];
                }
            }
        }
        const double length = sqrt(dot(fresh, fresh, count));
        if (length < 0.3) {
            continue; /* nearly within the others: another unit vector is better */
        }
        for (int q = 0; q < count; q++) {
            fresh[q] /= length;
            out->axis[made - 1][q] = fresh[q];
        }
        made++;
    }
    out->axes = made - 1;
    return out->axes >= 2;
}

/* Direction of the line through 0 and (x, y): 0 <= angle < pi. */
static double line_angle(double y, double x)
{
    const double pi = 3.14159265358979323846;
    const double angle = atan2(y, x);
    return angle < 0.0 ? angle + pi : angle >= pi ? angle - pi : angle;
}

static int by_angle(const void *left, const void *right)
{
    const ga_ray *a = left;
    const ga_ray *b = right;
    if (a->angle != b->angle) {
        return a->angle < b->angle ? -1 : 1;
    }
    return (a->element > b->element) - (a->element < b->element);
}

static void cast_rays(const ga_decoder *decoder, size_t first, size_t end, const view *seen)
{
    for (size_t at = first; at < end; at += CHUNK) {
        const size_t n = end - at < CHUNK ? end - at : CHUNK;
        read_shares(decoder, at, n, seen->equations, seen->count);
        for (size_t i = 0; i < n; i++) {
            double part[4] = {0.0};
            for (int q = 0; q < seen->count; q++) {
                const double v = decoder->shares[(size_t)q * CHUNK + i] * seen->weight[q];
                for (int k = 0; k < seen->axes; k++) {
                    part[k] += v * seen->axis[k][q];
                }
            }
            decoder->rays[at - first + i] = (ga_ray){
                .angle = line_angle(part[1], part[0]),
                .second = seen->axes >= 4 ? line_angle(part[3], part[2]) : 0.0,
                .element = at + i,
            };
        }
    }
    qsort(decoder->rays, end - first, sizeof *decoder->rays, by_angle);
}

/* Least squares for two faults; the misfit is INFINITY when their shares are parallel. */
static ga_fit fit_two(const ga_decoder *decoder, const view *seen, size_t one, size_t two)
{
    double a[GA_EQUATIONS_MOST];
    double b[GA_EQUATIONS_MOST];
    double r[GA_EQUATIONS_MOST];
    const ga_field *field = decoder->field;
    const int count = seen->count;
    for (int q = 0; q < count; q++) {
        const ga_equation *e = seen->equations + q;
        field->shares(field->context, &e->course, one, 1, a + q);
        field->shares(field->context, &e->course, two, 1, b + q);
        a[q] *= seen->weight[q];
        b[q] *= seen->weight[q];
        r[q] = e->residual * seen->weight[q];
    }
    const double aa = dot(a, a, count);
    const double bb = dot(b, b, count);
    const double ab = dot(a, b, count);
    const double ar = dot(a, r, count);
    const double br = dot(b, r, count);
    const double area = aa * bb - ab * ab;
    ga_fit fit = {.count = 2, .element = {one, two}, .misfit = (double)INFINITY};
    if (!(area > 1e-6 * aa * bb)) {
        return fit;
    }
    fit.fault[0] = (ar * bb - br * ab) / area;
    fit.fault[1] = (br * aa - ar * ab) / area;
    fit.bar[0] = sqrt(bb / area);
    fit.bar[1] = sqrt(aa / area);
    fit.misfit = 0.0;
    for (int q = 0; q < count; q++) {
        const double parts[2] = {fit.fault[0] * a[q], fit.fault[1] * b[q]};
        const double slack = seen->equations[q].slack * (fabs(parts[0]) + fabs(parts[1]));
        const double off = fabs(r[q] - parts[0] - parts[1]) / (1.0 + slack);
        fit.misfit = off <= fit.misfit ? fit.misfit : off;
    }
    return fit;
}

/* How far apart, in angle, two rays of one pair may lie. */
static double widest_angle(const view *seen)
{
    double slack = 0.0;
    for (int q = 0; q < seen->count; q++) {
        slack = fmax(slack, seen->equations[q].slack);
    }
    return LEAST_PART * sqrt((double)seen->count) * (1.0 / seen->length + slack);
}

int ga_decode_two(const ga_decoder *decoder, size_t first, size_t end, const ga_equation *equations,
                  int count, ga_fits *out)
{
    const size_t n = end - first;
    const double pi = 3.14159265358979323846;
    view seen;
    *out = (ga_fits){.count = 0};
    if (count < PAIR_EQUATIONS || n < 2 || n > RAYS_MOST || !look_across(&seen, equations, count)) {
        return 0;
    }
    const double wide = widest_angle(&seen);
    if (!(wide < 0.5 * pi)) {
        return 0; /* the residuals stand out too little: everything would fit */
    }
    const double pairs = 0.5 * (double)n * (double)n;
    const double share = fmin(1.0, 2.0 * wide / pi);
    if (!(pairs * share * (seen.axes >= 4 ? share : 1.0) <= PAIRS_MOST)) {
        return 0;
    }
    cast_rays(decoder, first, end, &seen);
    double near = 0.0;
    long looks = 0;
    for (size_t i = 0; i < n; i++) {
        const ga_ray *one = decoder->rays + i;
        for (size_t step = 1; step < n; step++) { /* round the half circle: pi is 0 again */
            const ga_ray *two = decoder->rays + (i + step) % n;
            const double apart = two->angle - one->angle + (i + step < n ? 0.0 : pi);
            if (!(apart <= wide)) {
                break;
            }
            const double across = fabs(two->second - one->second);
            if (seen.axes >= 4 && !(fmin(across, pi - across) <= wide)) {
                continue;
            }
            if (++looks > 4L * PAIRS_MOST) {
                *out = (ga_fits){.count = 0};
                return 0;
            }
            const size_t low = one->element < two->element ? one->element : two->element;
            const size_t high = one->element < two->element ? two->element : one->element;
            const ga_fit fit = fit_two(decoder, &seen, low, high);
            near += fit.misfit <= NEAR;
            if (fit.misfit <= 1.0) {
                keep(out, &fit);
            }
        }
    }
    out->luck = expect_luck(fmax(0.0, near - (double)out->count), count - 2);
    return 1;
}
