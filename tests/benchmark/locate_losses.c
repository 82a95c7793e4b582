/* See locate_losses.h. */
#include "locate_losses.h"

#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of all elements, in parts of 10 000. */
static const size_t PARTS[LOSS_VARIABLES] = {2600, 30,  1800, 60,  1500, 40, 1200, 100,
                                             900,  200, 600,  300, 400,  50, 180,  40};

enum {
    LANES = 8,
    BLOCK = 512
};

/* The gradient's norm does not fall with the number of elements, as in networks. */
static const double SLOPE = 0.08;
static const double COUPLING = 0.3;
static const double QUARTIC = 0.02;

/*
 * The means m and w. Partial sums, so that the compiler may use vectors; these are added in long
 * double, for a loss whose rounding does not grow with N, as pairwise sums would have it.
 */
typedef struct means {
    long double m, w;
} means;

#define DEFINE_LOSS(suffix, number)                                                                \
    static means means_##suffix(const loss_field *loss, const number *x)                           \
    {                                                                                              \
        means sum = {0.0L, 0.0L};                                                                  \
        const number slope = (number)(SLOPE * sqrt((double)loss->count));                          \
        for (size_t v = 0; v < LOSS_VARIABLES; v++) {                                              \
            const size_t end = loss->boundaries[v + 1];                                            \
            const number inverse = (number)(1.0 / loss->unit[v]);                                  \
            for (size_t at = loss->boundaries[v]; at < end; at += BLOCK) {                         \
                const size_t n = end - at < BLOCK ? end - at : BLOCK;                              \
                number m[LANES] = {0};                                                             \
                number w[LANES] = {0};                                                             \
                const size_t whole = n - n % LANES;                                                \
                for (size_t i = 0; i < n; i += LANES) {                                            \
                    const size_t lanes = i < whole ? LANES : n - whole;                            \
                    for (size_t k = 0; k < lanes; k++) {                                           \
                        const size_t j = at + i + k;                                               \
                        const number y = x[j] * inverse;                                           \
                        const number next = j + 1 < end ? x[j + 1] * inverse : (number)0;          \
                        const number square = y * y;                                               \
                        const number off = y - (number)1;                                          \
                        m[k] += slope * (number)loss->line[j] * y +                                \
                                (number)0.5 * (number)loss->square[j] * square +                   \
                                (number)(0.25 * QUARTIC) * square * square +                       \
                                (number)COUPLING * y * next +                                      \
                                (number)loss->kink * (off < (number)0 ? -off : off);               \
                        w[k] += ((number)1 - (number)loss->square[j]) * y;                         \
                    }                                                                              \
                }                                                                                  \
                for (size_t k = 0; k < LANES; k++) {                                               \
                    sum.m += (long double)m[k];                                                    \
                    sum.w += (long double)w[k];                                                    \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        sum.m /= (long double)loss->count;                                                         \
        sum.w /= (long double)loss->count;                                                         \
        return sum;                                                                                \
    }                                                                                              \
                                                                                                   \
    static double value_##suffix(const loss_field *loss, const number *x)                          \
    {                                                                                              \
        const means at = means_##suffix(loss, x);                                                  \
        const double value = (double)at.m + 0.2 * (double)(at.m * at.m) + sin((double)at.w);       \
        return (double)(number)value;                                                              \
    }                                                                                              \
                                                                                                   \
    static void gradient_##suffix(const loss_field *loss, const number *x, number *g)              \
    {                                                                                              \
        const means at = means_##suffix(loss, x);                                                  \
        const double by_m = (1.0 + 0.4 * (double)at.m) / (double)loss->count;                      \
        const double by_w = cos((double)at.w) / (double)loss->count;                               \
        const double steep = SLOPE * sqrt((double)loss->count);                                    \
        for (size_t v = 0; v < LOSS_VARIABLES; v++) {                                              \
            const size_t first = loss->boundaries[v];                                              \
            const size_t end = loss->boundaries[v + 1];                                            \
            const double inverse = 1.0 / loss->unit[v];                                            \
            for (size_t j = first; j < end; j++) {                                                 \
                const double y = (double)x[j] * inverse;                                           \
                const double next = j + 1 < end ? (double)x[j + 1] * inverse : 0.0;                \
                const double before = j > first ? (double)x[j - 1] * inverse : 0.0;                \
                const double slope = steep * (double)loss->line[j] + (double)loss->square[j] * y + \
                                     QUARTIC * y * y * y + COUPLING * (next + before) +            \
                                     (y < 1.0 ? -loss->kink : loss->kink);                         \
                const double weight = 1.0 - (double)loss->square[j];                               \
                g[j] = (number)((by_m * slope + by_w * weight) * inverse);                         \
            }                                                                                      \
        }                                                                                          \
    }

DEFINE_LOSS(f32, float)
DEFINE_LOSS(f64, double)

static double value_at(const loss_field *loss, const void *x)
{
    return loss->is_float ? value_f32(loss, x) : value_f64(loss, x);
}

static double read_number(const loss_field *loss, const void *from, size_t j)
{
    return loss->is_float ? (double)((const float *)from)[j] : ((const double *)from)[j];
}

static void write_number(const loss_field *loss, void *to, size_t j, double value)
{
    if (loss->is_float) {
        ((float *)to)[j] = (float)value;
    } else {
        ((double *)to)[j] = value;
    }
}

size_t loss_field_variable(const loss_field *loss, size_t element)
{
    size_t v = 0;
    while (element >= loss->boundaries[v + 1]) {
        v++;
    }
    return v;
}

double loss_field_scale(const loss_field *loss, size_t element)
{
    return loss->scale[loss_field_variable(loss, element)];
}

static ga_sweep sweep_of(const loss_field *loss, const ga_course *course, size_t variable)
{
    return (ga_sweep){
        .kind = course->kind,
        .key = ga_hash(loss->profile.seed, course->number, GA_FOR_COURSE, 0),
        .scale = loss->scale[variable],
    };
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* x + t v over the course, and what the gradient predicts. */
static double move(loss_field *loss, const ga_course *course, double t)
{
    double predicted = 0.0;
    for (size_t v = 0; v < LOSS_VARIABLES; v++) {
        const size_t first = larger(course->first, loss->boundaries[v]);
        const size_t end = smaller(course->end, loss->boundaries[v + 1]);
        if (first >= end) {
            continue;
        }
        const ga_sweep sweep = sweep_of(loss, course, v);
        if (loss->is_float) {
            predicted += ga_sweep_f32(&sweep, (const float *)loss->x + first,
                                      (const float *)loss->gradient + first,
                                      (float *)loss->moved + first, first, end - first, t);
        } else {
            predicted += ga_sweep_f64(&sweep, (const double *)loss->x + first,
                                      (const double *)loss->gradient + first,
                                      (double *)loss->moved + first, first, end - first, t);
        }
    }
    return predicted;
}

static void put_back(loss_field *loss, size_t first, size_t end)
{
    const size_t size = loss->is_float ? sizeof(float) : sizeof(double);
    memcpy((char *)loss->moved + first * size, (const char *)loss->x + first * size,
           (end - first) * size);
}

static int evaluate(void *context, ga_request *requests, size_t count)
{
    loss_field *loss = context;
    int all = 1;
    for (size_t i = 0; i < count; i++) {
        ga_request *r = requests + i;
        if (loss->evaluations >= loss->most) {
            r->value = (double)NAN;
            all = 0;
            continue;
        }
        loss->evaluations++;
        r->predicted = move(loss, &r->course, r->t);
        r->value = value_at(loss, loss->moved);
        put_back(loss, r->course.first, r->course.end);
    }
    return all;
}

static void shares(void *context, const ga_course *course, size_t first, size_t count, double *v)
{
    const loss_field *loss = context;
    const size_t end = first + count;
    for (size_t k = loss_field_variable(loss, first); first < end; k++) {
        const size_t stop = smaller(end, loss->boundaries[k + 1]);
        const ga_sweep sweep = sweep_of(loss, course, k);
        if (loss->is_float) {
            ga_sweep_shares_f32(&sweep, (const float *)loss->x + first,
                                (const float *)loss->gradient + first, first, stop - first, v);
        } else {
            ga_sweep_shares_f64(&sweep, (const double *)loss->x + first,
                                (const double *)loss->gradient + first, first, stop - first, v);
        }
        v += stop - first;
        first = stop;
    }
}

static void look_ahead(void *context, const ga_course *course, ga_prospect *out)
{
    const loss_field *loss = context;
    const double unit = loss->is_float ? 0x1p-24 : 0x1p-53;
    double v[BLOCK];
    double squares = 0.0;
    *out = (ga_prospect){.room = (double)INFINITY};
    for (size_t at = course->first; at < course->end; at += BLOCK) {
        const size_t n = smaller(BLOCK, course->end - at);
        shares(context, course, at, n, v);
        for (size_t i = 0; i < n; i++) {
            const double part = read_number(loss, loss->gradient, at + i) * v[i];
            out->claimed += part;
            squares += part * part;
        }
    }
    out->size = sqrt(squares);
    out->rounding = 8.0 * unit * out->size;
}

/* ---- One element ---------------------------------------------------------------------------- */

typedef struct place {
    loss_field *loss;
    size_t element;
} place;

static double value_along(void *context, double t)
{
    const place *p = context;
    loss_field *loss = p->loss;
    write_number(loss, loss->moved, p->element, read_number(loss, loss->x, p->element) + t);
    const double value = value_at(loss, loss->moved);
    put_back(loss, p->element, p->element + 1);
    return value;
}

static ga_line line_of(place *p)
{
    const loss_field *loss = p->loss;
    const double x = read_number(loss, loss->x, p->element);
    const double rms = loss_field_scale(loss, p->element);
    return (ga_line){
        .value = value_along,
        .context = p,
        .at = x,
        .scale = x != 0.0 ? fabs(x) : rms,
        .reach = fmax(fabs(x), 0.3 * rms),
        .below = (double)INFINITY,
        .above = (double)INFINITY,
        .is_float = loss->is_float,
        .stream = 1 + (uint64_t)p->element,
    };
}

static int confirm(void *context, size_t element, double residual, double bar, double *measured,
                   double *uncertainty)
{
    loss_field *loss = context;
    place p = {.loss = loss, .element = element};
    const ga_line line = line_of(&p);
    const double g = read_number(loss, loss->gradient, element);
    const double typical = loss->field.size / sqrt((double)loss->count);
    const ga_claim claim = {
        .analytic = g,
        .rtol = loss->is_float ? 1e-4 : 1e-6,
        .rounding = (loss->is_float ? 0x1p-21 : 0x1p-50) * fabs(g),
        .typical = typical,
        .step_change = typical,
    };
    ga_probe probe;
    ga_probe_confirm(&loss->profile, &line, &claim, g + residual, bar, &probe);
    loss->confirmations++;
    loss->confirm_evaluations += (size_t)probe.evaluations;
    if (probe.verdict != GA_PROBE_FAIL) {
        return 0;
    }
    loss->false_elements += read_number(loss, loss->true_gradient, element) == g;
    *measured = probe.value - g;
    *uncertainty = probe.uncertainty;
    return 1;
}

/* ---- The field ------------------------------------------------------------------------------ */

/* A line that moves every element. */
typedef struct dense {
    loss_field *loss;
    ga_course course;
} dense;

static double value_dense(void *context, double t)
{
    const dense *d = context;
    (void)move(d->loss, &d->course, t);
    const double value = value_at(d->loss, d->loss->moved);
    put_back(d->loss, 0, d->loss->count);
    return value;
}

static int pick_line(void *context, uint64_t random, ga_line *out)
{
    place *p = context;
    p->element = (size_t)(random % p->loss->count);
    *out = line_of(p);
    return 1;
}

static double uniform(uint64_t seed, uint64_t stream, uint64_t counter)
{
    return ga_hash_uniform(ga_hash(seed, stream, GA_FOR_POINT, counter));
}

static void divide(loss_field *loss)
{
    size_t at = 0;
    size_t parts = 0;
    for (size_t v = 0; v < LOSS_VARIABLES; v++) {
        loss->boundaries[v] = at;
        parts += PARTS[v];
        at = larger(at + 1, loss->count * parts / 10000);
    }
    loss->boundaries[LOSS_VARIABLES] = loss->count;
}

static void fill(loss_field *loss, uint64_t seed)
{
    for (size_t v = 0; v < LOSS_VARIABLES; v++) {
        double squares = 0.0;
        loss->unit[v] = pow(10.0, 4.0 * uniform(seed, 1, v) - 2.0);
        for (size_t j = loss->boundaries[v]; j < loss->boundaries[v + 1]; j++) {
            const double size = 0.3 + 1.2 * uniform(seed, 2, j);
            const double sign = uniform(seed, 3, j) < 0.5 ? -1.0 : 1.0;
            write_number(loss, loss->x, j, sign * size * loss->unit[v]);
            loss->square[j] = (float)(2.0 * uniform(seed, 4, j));
            loss->line[j] = (float)(2.0 * uniform(seed, 5, j) - 1.0);
            const double x = read_number(loss, loss->x, j);
            squares += x * x;
        }
        loss->scale[v] = sqrt(squares / (double)(loss->boundaries[v + 1] - loss->boundaries[v]));
    }
}

void loss_field_heal(loss_field *loss)
{
    memcpy(loss->gradient, loss->true_gradient,
           loss->count * (loss->is_float ? sizeof(float) : sizeof(double)));
}

void loss_field_weigh(loss_field *loss)
{
    double squares = 0.0;
    for (size_t v = 0; v < LOSS_VARIABLES; v++) {
        for (size_t j = loss->boundaries[v]; j < loss->boundaries[v + 1]; j++) {
            const double part = read_number(loss, loss->gradient, j) * loss->scale[v];
            squares += part * part;
        }
    }
    loss->field.size = sqrt(squares);
}

int loss_field_begin(loss_field *loss, size_t count, int is_float, uint64_t seed)
{
    const size_t size = is_float ? sizeof(float) : sizeof(double);
    const double kink = loss->kink;
    *loss = (loss_field){.count = count, .is_float = is_float, .most = SIZE_MAX, .kink = kink};
    loss->x = malloc(count * size);
    loss->moved = malloc(count * size);
    loss->true_gradient = malloc(count * size);
    loss->gradient = malloc(count * size);
    loss->square = malloc(count * sizeof(float));
    loss->line = malloc(count * sizeof(float));
    if (!loss->x || !loss->moved || !loss->true_gradient || !loss->gradient || !loss->square ||
        !loss->line) {
        loss_field_free(loss);
        return 0;
    }
    divide(loss);
    fill(loss, seed);
    memcpy(loss->moved, loss->x, count * size);
    if (is_float) {
        gradient_f32(loss, loss->x, loss->true_gradient);
    } else {
        gradient_f64(loss, loss->x, loss->true_gradient);
    }
    loss_field_heal(loss);
    dense all = {.loss = loss, .course = {.number = 1000, .end = count}};
    place some = {.loss = loss};
    const ga_line line = {
        .value = value_dense,
        .context = &all,
        .scale = 1.0,
        .reach = 1.0,
        .below = (double)INFINITY,
        .above = (double)INFINITY,
        .is_float = is_float,
    };
    ga_profile_begin(&loss->profile, value_at(loss, loss->x), seed);
    ga_profile_noise(&loss->profile, &line, pick_line, &some);
    loss->field = (ga_field){
        .context = loss,
        .count = count,
        .boundaries = loss->boundaries,
        .variables = LOSS_VARIABLES,
        .profile = &loss->profile,
        .evaluate = evaluate,
        .look_ahead = look_ahead,
        .shares = shares,
        .confirm = confirm,
    };
    loss_field_weigh(loss);
    return 1;
}

void loss_field_free(loss_field *loss)
{
    free(loss->x);
    free(loss->moved);
    free(loss->true_gradient);
    free(loss->gradient);
    free(loss->square);
    free(loss->line);
    *loss = (loss_field){.count = 0};
}

double loss_field_true(const loss_field *loss, size_t element)
{
    return read_number(loss, loss->true_gradient, element);
}

double loss_field_claim(const loss_field *loss, size_t element)
{
    return read_number(loss, loss->gradient, element);
}

void loss_field_plant(loss_field *loss, size_t element, double claim)
{
    write_number(loss, loss->gradient, element, claim);
}
