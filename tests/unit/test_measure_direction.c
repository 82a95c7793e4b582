/* Residuals along directions: right and wrong gradients, and losses that are hard to measure. */
#include "direction.h"
#include "measure.h"
#include "roughness.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <float.h>
#include <math.h>
#include <string.h>

enum {
    N = 200,
    PARTS = 4
};

/* A loss over one vector in PARTS variables; each element's scale is `scale`. */
typedef struct land {
    double (*loss)(const double *x, size_t n);
    double x[N], g[N], y[N];
    size_t n, boundaries[PARTS + 1];
    double scale, room;
    int is_float;
    size_t element;     /* moved by itself */
    int backwards;      /* evaluates a batch from its end */
    size_t calls, most; /* evaluations so far, and before the budget is spent */
    size_t batches, strayed;
    ga_profile profile;
    ga_field field;
} land;

static ga_sweep sweep_of(const land *l, const ga_course *course)
{
    return (ga_sweep){.kind = course->kind,
                      .key = ga_hash(l->profile.seed, course->number, GA_FOR_COURSE, 0),
                      .scale = l->scale};
}

static double value_at(land *l, const ga_course *course, double t, double *predicted)
{
    const size_t count = course->end - course->first;
    const ga_sweep sweep = sweep_of(l, course);
    memcpy(l->y, l->x, l->n * sizeof *l->y);
    double *const y = l->y + course->first;
    *predicted = ga_sweep_f64(&sweep, l->x + course->first, l->g + course->first, y, course->first,
                              count, t);
    if (l->is_float) {
        *predicted = 0.0;
        for (size_t i = 0; i < count; i++) {
            y[i] = (double)(float)y[i];
            *predicted += l->g[course->first + i] * (y[i] - l->x[course->first + i]);
        }
    }
    l->strayed += !(fabs(t) <= l->room);
    return l->loss(l->y, l->n);
}

static int evaluate(void *context, ga_request *requests, size_t count)
{
    land *const l = context;
    l->batches++;
    for (size_t i = 0; i < count; i++) {
        ga_request *r = &requests[l->backwards ? count - 1 - i : i];
        if (l->calls >= l->most) {
            r->value = (double)NAN;
            continue;
        }
        l->calls++;
        r->value = value_at(l, &r->course, r->t, &r->predicted);
    }
    return l->calls < l->most;
}

static void shares(void *context, const ga_course *course, size_t first, size_t count, double *v)
{
    const land *const l = context;
    const ga_sweep sweep = sweep_of(l, course);
    ga_sweep_shares_f64(&sweep, l->x + first, l->g + first, first, count, v);
}

static void look_ahead(void *context, const ga_course *course, ga_prospect *out)
{
    const land *const l = context;
    double v[N];
    shares(context, course, course->first, course->end - course->first, v);
    *out = (ga_prospect){.room = l->room};
    for (size_t j = course->first; j < course->end; j++) {
        const double change = l->g[j] * v[j - course->first];
        out->claimed += change;
        out->size = hypot(out->size, change);
    }
    out->rounding = (l->is_float ? 0x1p-20 : 0x1p-48) * (out->size + fabs(out->claimed));
}

static double along_all(void *context, double t)
{
    land *const l = context;
    const ga_course course = {.number = 77777, .end = l->n};
    double unused;
    return value_at(l, &course, t, &unused);
}

/* At a point of n numbers of size `scale`; the gradient is up to the caller. */
static void build(land *l, double (*loss)(const double *, size_t), size_t n, double scale)
{
    *l = (land){.loss = loss, .n = n, .scale = scale, .room = (double)INFINITY, .most = SIZE_MAX};
    for (size_t j = 0; j < n; j++) {
        const double u = ga_hash_uniform(ga_hash(5, 5, GA_FOR_LINE, j));
        l->x[j] = scale * (double)(float)(u < 0.5 ? u - 1.0 : u);
    }
    for (size_t k = 0; k <= PARTS; k++) {
        l->boundaries[k] = n * k / PARTS;
    }
    l->field = (ga_field){.context = l,
                          .count = n,
                          .boundaries = l->boundaries,
                          .variables = PARTS,
                          .profile = &l->profile,
                          .evaluate = evaluate,
                          .look_ahead = look_ahead,
                          .shares = shares};
}

static double along_one(void *context, double t)
{
    land *const l = context;
    memcpy(l->y, l->x, l->n * sizeof *l->y);
    l->y[l->element] += t;
    return l->loss(l->y, l->n);
}

static int pick(void *context, uint64_t random, ga_line *out)
{
    land *const l = context;
    l->element = random % l->n;
    *out = (ga_line){.value = along_one,
                     .context = l,
                     .at = l->x[l->element],
                     .scale = fabs(l->x[l->element]),
                     .reach = l->scale,
                     .below = (double)INFINITY,
                     .above = (double)INFINITY,
                     .is_float = l->is_float,
                     .stream = l->element};
    return 1;
}

static void listen(land *l)
{
    const ga_line dense = {.value = along_all,
                           .context = l,
                           .scale = 1.0,
                           .reach = 1.0,
                           .below = fmin(0.5, l->room),
                           .above = fmin(0.5, l->room),
                           .is_float = l->is_float,
                           .stream = UINT64_MAX};
    ga_profile_begin(&l->profile, l->loss(l->x, l->n), 3);
    ga_profile_noise(&l->profile, &dense, pick, l);
    for (size_t j = 0; j < l->n; j++) {
        l->field.size = hypot(l->field.size, l->g[j] * l->scale);
    }
}

/* One along the sign of the gradient and four hybrids, through everything. */
enum {
    SCREEN = 5
};
static void screen(land *l, ga_direction out[SCREEN])
{
    ga_course courses[SCREEN];
    for (uint32_t i = 0; i < SCREEN; i++) {
        courses[i] =
            (ga_course){.kind = i == 0 ? GA_SWEEP_SIGN : GA_SWEEP_HYBRID, .number = i, .end = l->n};
    }
    cr_expect(ga_directions_measure(&l->field, courses, SCREEN, out));
}

static size_t disagreeing(const ga_direction *out, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += ga_direction_disagrees(&out[i]) != 0;
    }
    return found;
}

/* ---- Losses --------------------------------------------------------------------------------- */

/* 1 + mean of x^4 + 2 x_i x_(i+1) */
static double smooth(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] * x[i] * x[i] * x[i] + 2.0 * x[i] * x[(i + 1) % n];
    }
    return 1.0 + sum / (double)n;
}

static void smooth_gradient(land *l)
{
    const size_t n = l->n;
    for (size_t i = 0; i < n; i++) {
        const double x = l->x[i];
        l->g[i] =
            (4.0 * x * x * x + 2.0 * l->x[(i + 1) % n] + 2.0 * l->x[(i + n - 1) % n]) / (double)n;
    }
}

static double in_float(const double *x, size_t n)
{
    return (double)(float)smooth(x, n);
}

/* 1e-6 of pseudo-random noise. */
static double noisy(const double *x, size_t n)
{
    double bits_of = 0.0;
    for (size_t i = 0; i < n; i++) {
        bits_of += x[i] * (double)(i + 1);
    }
    uint64_t bits;
    memcpy(&bits, &bits_of, sizeof bits);
    return smooth(x, n) + 1e-6 * (ga_hash_uniform(ga_hash(1, bits, GA_FOR_LINE, 0)) - 0.5);
}

/* Kinks everywhere, one near each element: mean |x_i - c_i| with c_i up to 1 % of x_i away. */
static double kinky(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double at = 0.5 + 0.5 * ga_hash_uniform(ga_hash(5, 5, GA_FOR_LINE, i));
        const double off = 0.02 * (ga_hash_uniform(ga_hash(9, 9, GA_FOR_LINE, i)) - 0.5);
        sum += fabs(x[i] - copysign(at * (1.0 + off), x[i]));
    }
    return 1.0 + sum / (double)n;
}

static double huge(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double share = x[i] * 1e-120;
        sum += share * share + share * x[(i + 1) % n] * 1e-120;
    }
    return (1.0 + sum / (double)n) * 1e150;
}

static double tiny(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] * x[i] * x[i];
    }
    return (2.0 + sum / (double)n) * 1e-150;
}

static double constant(const double *x, size_t n)
{
    (void)x;
    (void)n;
    return 3.5;
}

/* Exponential in all elements: the gradient predicts more than the loss is as soon as t is 0.01. */
static double steep(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
    }
    return exp(sum);
}

/* Defined only within 1e-4 of the point along anything dense. */
static double narrow(const double *x, size_t n)
{
    double off = 0.0;
    for (size_t i = 0; i < n; i++) {
        off = fmax(off, fabs(x[i]));
    }
    return off < 1.0001 ? smooth(x, n) : (double)NAN;
}

static double undefined(const double *x, size_t n)
{
    return x[0] == (double)(float)x[0] && x[n - 1] == (double)(float)x[n - 1] ? 2.0 : (double)NAN;
}

/* ---- Right gradients ------------------------------------------------------------------------ */

Test(measure_direction, a_right_gradient_agrees_to_a_billionth_in_four_evaluations)
{
    land l;
    build(&l, smooth, N, 1.0);
    smooth_gradient(&l);
    listen(&l);
    ga_direction out[SCREEN];
    screen(&l, out);
    cr_expect(disagreeing(out, SCREEN) == 0);
    for (size_t i = 0; i < SCREEN; i++) {
        const double size = fmax(l.field.size, fabs(out[i].prospect.claimed));
        cr_expect(fabs(out[i].residual) <= out[i].bar, "%zu: %g beyond %g", i, out[i].residual,
                  out[i].bar);
        cr_expect(out[i].bar < 2e-8 * size, "%zu: bar %g of %g", i, out[i].bar, size);
        cr_expect(!out[i].flat && !out[i].kinked);
    }
    cr_expect(l.calls <= 28, "%zu evaluations", l.calls);
    cr_expect(l.batches <= 3, "%zu batches", l.batches);
    const double hidden = ga_directions_exclude(out, SCREEN, 1e-3);
    cr_expect(hidden < 1e-6 * l.field.size, "excluded down to %g only", hidden);
}

Test(measure_direction, four_hybrids_take_two_pairs_each)
{
    land l;
    build(&l, in_float, N, 1.0);
    l.is_float = 1;
    smooth_gradient(&l);
    listen(&l);
    ga_direction out[SCREEN];
    screen(&l, out);
    for (size_t i = 1; i < SCREEN; i++) {
        cr_expect(out[i].evaluations == 4 && out[i].pairs == 2, "%d", out[i].evaluations);
        cr_expect(out[i].h[0] > out[i].h[1]);
    }
    cr_expect(out[0].evaluations == 6, "alone: %d", out[0].evaluations);
}

static double (*const hard_losses[])(const double *x, size_t n) = {
    smooth, in_float, noisy, kinky, huge, tiny, constant, steep, narrow,
};

typedef struct hard_case {
    char why[48];
    size_t loss; /* its place in hard_losses: addresses differ from process to process */
    size_t n;
    double scale;
    int is_float;
    double bar; /* at most, as a share of the gradient's size; 0: whatever it is */
    size_t evaluations;
} hard_case;

/* Slopes of hard losses, by hand. */
static void fill_gradient(land *l)
{
    const size_t n = l->n;
    if (l->loss == huge) {
        for (size_t i = 0; i < n; i++) {
            const double around = l->x[(i + 1) % n] + l->x[(i + n - 1) % n];
            l->g[i] = (2.0 * l->x[i] + around) * 1e-120 / (double)n * 1e30;
        }
    } else if (l->loss == tiny) {
        for (size_t i = 0; i < n; i++) {
            l->g[i] = 3.0 * l->x[i] * l->x[i] / (double)n * 1e-150;
        }
    } else if (l->loss == kinky) {
        for (size_t i = 0; i < n; i++) {
            const double off = ga_hash_uniform(ga_hash(9, 9, GA_FOR_LINE, i)) - 0.5;
            const double side = copysign(1.0, l->x[i]) * (off < 0.0 ? 1.0 : -1.0);
            l->g[i] = side / (double)n;
        }
    } else if (l->loss == steep) {
        for (size_t i = 0; i < n; i++) {
            l->g[i] = l->loss(l->x, n);
        }
    } else if (l->loss != constant) {
        smooth_gradient(l);
    }
}

/* kinky() has its kinks around points of its own. */
static void place(land *l)
{
    for (size_t i = 0; l->loss == kinky && i < l->n; i++) {
        const double at = 0.5 + 0.5 * ga_hash_uniform(ga_hash(5, 5, GA_FOR_LINE, i));
        l->x[i] = copysign(at, l->x[i]);
    }
}

ParameterizedTestParameters(measure_direction, hard)
{
    static hard_case cases[] = {
        {"float", 1, N, 1.0, 1, 1e-2, 45},
        {"float elements of a double loss", 0, N, 1.0, 1, 1e-5, 45},
        {"noise of 1e-6", 2, N, 1.0, 0, 1e-2, 45},
        {"kinks within 1 % of every element", 3, N, 1.0, 0, 0.0, 70},
        {"1e150", 4, N, 1e120, 0, 1e-6, 45},
        {"1e-150", 5, N, 1.0, 0, 1e-6, 45},
        {"one element", 0, 1, 1.0, 0, 1e-6, 45},
        {"constant", 6, N, 1.0, 0, 0.0, 45},
        {"exponential in all elements", 7, N, 1.0, 0, 1e-4, 60},
        {"undefined a little way off", 8, N, 1.0, 0, 1e-4, 60},
    };
    return cr_make_param_array(hard_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(hard_case *c, measure_direction, hard)
{
    land l;
    build(&l, hard_losses[c->loss], c->n, c->scale);
    l.is_float = c->is_float;
    place(&l);
    fill_gradient(&l);
    listen(&l);
    ga_direction out[SCREEN];
    screen(&l, out);
    cr_expect(disagreeing(out, SCREEN) == 0, "%s: false alarm", c->why);
    cr_expect(l.calls <= c->evaluations, "%s: %zu evaluations", c->why, l.calls);
    for (size_t i = 0; i < SCREEN; i++) {
        const double size = fmax(l.field.size, fabs(out[i].prospect.claimed));
        cr_expect(fabs(out[i].residual) <= out[i].bar, "%s, %zu: %g beyond %g", c->why, i,
                  out[i].residual, out[i].bar);
        cr_expect(c->bar == 0.0 || out[i].bar <= c->bar * size, "%s, %zu: bar %g of %g", c->why, i,
                  out[i].bar, size);
    }
}

Test(measure_direction, kinks_are_said_to_limit_the_bar)
{
    land l;
    build(&l, kinky, N, 1.0);
    place(&l);
    fill_gradient(&l);
    listen(&l);
    const ga_course course = {.number = 1, .end = N};
    ga_direction out;
    cr_expect(ga_directions_measure(&l.field, &course, 1, &out));
    cr_expect(out.pairs >= 3, "a direction of its own takes three pairs");
    cr_expect(out.bar <= DBL_MAX);
}

/* f = |sum of all elements moved|: one kink at the point, in every direction. */
static double at_a_kink(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double u = ga_hash_uniform(ga_hash(5, 5, GA_FOR_LINE, i));
        sum += x[i] - (double)(float)(u < 0.5 ? u - 1.0 : u);
    }
    return 1.0 + fabs(sum);
}

Test(measure_direction, a_kink_at_the_point_is_named_and_its_slope_left_open)
{
    land l;
    build(&l, at_a_kink, N, 1.0);
    for (size_t i = 0; i < N; i++) {
        l.g[i] = 1.0; /* the slope of one side: a valid gradient */
    }
    listen(&l);
    ga_direction out[SCREEN];
    screen(&l, out);
    for (size_t i = 0; i < SCREEN; i++) {
        cr_expect(out[i].kinked, "%zu", i);
        cr_expect(out[i].limit == GA_DIRECTION_ROUGH);
        cr_expect(!ga_direction_disagrees(&out[i]), "%zu: %g +- %g", i, out[i].residual,
                  out[i].bar);
    }
}

Test(measure_direction, a_flat_loss_is_flat)
{
    land l;
    build(&l, constant, N, 1.0);
    listen(&l);
    ga_direction out[SCREEN];
    screen(&l, out);
    for (size_t i = 0; i < SCREEN; i++) {
        cr_expect(out[i].flat && out[i].residual == 0.0);
    }
}

/* ---- Wrong gradients ------------------------------------------------------------------------ */

Test(measure_direction, one_wrong_element_shows_with_its_size)
{
    land l;
    build(&l, smooth, N, 1.0);
    smooth_gradient(&l);
    listen(&l);
    const double fault = 1e-5 * l.field.size;
    l.g[71] -= fault; /* slope - claim = fault */
    ga_direction out[SCREEN];
    screen(&l, out);
    cr_expect(disagreeing(out, SCREEN) == SCREEN);
    for (size_t i = 0; i < SCREEN; i++) {
        double v = 0.0;
        shares(&l, &out[i].course, 71, 1, &v);
        cr_expect(fabs(out[i].residual - fault * v) <= out[i].bar, "%zu: %g, want %g +- %g", i,
                  out[i].residual, fault * v, out[i].bar);
    }
}

typedef struct wrong_case {
    char why[48];
    double factor; /* of the gradient of the second half */
    int is_float;
} wrong_case;

ParameterizedTestParameters(measure_direction, wrong)
{
    static wrong_case cases[] = {
        {"zero", 0.0, 0},
        {"sign", -1.0, 0},
        {"doubled", 2.0, 0},
        {"a millionth more", 1.000001, 0},
        {"a million times", 1e6, 0},
        {"zero, float", 0.0, 1},
        {"doubled, float", 2.0, 1},
        {"5 % more, float", 1.05, 1},
    };
    return cr_make_param_array(wrong_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(wrong_case *c, measure_direction, wrong)
{
    land l;
    build(&l, c->is_float ? in_float : smooth, N, 1.0);
    l.is_float = c->is_float;
    smooth_gradient(&l);
    for (size_t i = N / 2; i < N; i++) {
        l.g[i] *= c->factor;
    }
    listen(&l);
    ga_direction out[SCREEN];
    screen(&l, out);
    cr_expect(disagreeing(out, SCREEN) > 0, "%s was not seen", c->why);
    const ga_course right = {.number = 1, .end = N / 2};
    const ga_course wrong = {.number = 1, .first = N / 2, .end = N};
    ga_direction halves[2];
    cr_expect(ga_directions_measure(&l.field, &right, 1, &halves[0]));
    cr_expect(ga_directions_measure(&l.field, &wrong, 1, &halves[1]));
    cr_expect(!ga_direction_disagrees(&halves[0]), "%s: the right half", c->why);
    cr_expect(ga_direction_disagrees(&halves[1]), "%s: the wrong half", c->why);
}

Test(measure_direction, a_gradient_of_nothing_but_zeros_is_measured)
{
    land l;
    build(&l, smooth, N, 1.0);
    listen(&l);
    ga_direction out[SCREEN];
    screen(&l, out);
    cr_expect(disagreeing(out, SCREEN) == SCREEN);
}

/* ---- What can go wrong ---------------------------------------------------------------------- */

Test(measure_direction, where_nothing_is_finite_nothing_is_measured)
{
    land l;
    build(&l, undefined, N, 1.0);
    for (size_t i = 0; i < N; i++) {
        l.g[i] = 1.0;
    }
    listen(&l);
    ga_direction out[SCREEN];
    screen(&l, out);
    for (size_t i = 0; i < SCREEN; i++) {
        cr_expect(isinf(out[i].bar) && isnan(out[i].residual));
        cr_expect(out[i].limit == GA_DIRECTION_DOMAIN);
        cr_expect(!ga_direction_disagrees(&out[i]));
    }
    cr_expect(isinf(ga_directions_exclude(out, SCREEN, 1e-3)));
}

Test(measure_direction, no_step_leaves_the_bounds)
{
    land l;
    build(&l, smooth, N, 1.0);
    smooth_gradient(&l);
    l.room = 1e-7;
    ga_profile_begin(&l.profile, l.loss(l.x, l.n), 3);
    l.profile.noise = 1e-15;
    l.field.size = 0.1;
    ga_direction out[SCREEN];
    screen(&l, out);
    cr_expect(l.strayed == 0, "%zu steps beyond the bounds", l.strayed);
    cr_expect(disagreeing(out, SCREEN) == 0);
    cr_expect(out[1].limit == GA_DIRECTION_DOMAIN && out[1].bar <= DBL_MAX);
    l.room = 0.0;
    screen(&l, out);
    cr_expect(isinf(out[1].bar) && out[1].evaluations == 0);
}

Test(measure_direction, a_spent_budget_leaves_infinite_bars)
{
    land whole;
    build(&whole, smooth, N, 1.0);
    smooth_gradient(&whole);
    listen(&whole);
    ga_direction all[SCREEN];
    screen(&whole, all);
    for (size_t most = 0; most < whole.calls; most++) {
        land l;
        build(&l, smooth, N, 1.0);
        smooth_gradient(&l);
        listen(&l);
        l.most = most;
        ga_course courses[SCREEN];
        ga_direction out[SCREEN];
        for (size_t i = 0; i < SCREEN; i++) {
            courses[i] = all[i].course;
        }
        cr_expect(!ga_directions_measure(&l.field, courses, SCREEN, out));
        cr_expect(l.calls == most);
        cr_expect(disagreeing(out, SCREEN) == 0, "budget %zu", most);
        size_t measured = 0;
        for (size_t i = 0; i < SCREEN; i++) {
            measured += out[i].bar <= DBL_MAX;
            cr_expect(out[i].bar <= DBL_MAX || isnan(out[i].residual));
        }
        cr_expect(4 * measured <= most, "budget %zu: %zu measured", most, measured);
    }
}

Test(measure_direction, the_order_of_evaluation_does_not_matter)
{
    land l[2];
    ga_direction out[2][SCREEN];
    for (int i = 0; i < 2; i++) {
        build(&l[i], noisy, N, 1.0);
        smooth_gradient(&l[i]);
        l[i].backwards = i;
        listen(&l[i]);
        screen(&l[i], out[i]);
    }
    for (size_t i = 0; i < SCREEN; i++) {
        cr_expect(out[0][i].residual == out[1][i].residual);
        cr_expect(out[0][i].bar == out[1][i].bar);
    }
}

Test(measure_direction, many_courses_at_once)
{
    enum {
        COURSES = 150
    };
    static ga_course courses[COURSES];
    static ga_direction out[COURSES];
    land l;
    build(&l, smooth, N, 1.0);
    smooth_gradient(&l);
    listen(&l);
    l.g[120] += 0.01; /* in the third of four parts */
    for (uint32_t i = 0; i < COURSES; i++) {
        const size_t part = i % PARTS;
        courses[i] = (ga_course){.kind = i % 3 == 0 ? GA_SWEEP_SIGN : GA_SWEEP_HYBRID,
                                 .number = i,
                                 .first = l.boundaries[part],
                                 .end = l.boundaries[part + 1]};
    }
    cr_expect(ga_directions_measure(&l.field, courses, COURSES, out));
    for (size_t i = 0; i < COURSES; i++) {
        cr_expect(ga_direction_disagrees(&out[i]) == (i % PARTS == 2), "%zu: %g +- %g", i,
                  out[i].residual, out[i].bar);
    }
}

Test(measure_direction, nan_never_agrees_and_never_accuses)
{
    ga_direction d = {.residual = (double)NAN, .bar = 1.0};
    cr_expect(!ga_direction_disagrees(&d));
    cr_expect(isinf(ga_directions_exclude(&d, 1, 1e-3)), "nothing is excluded");
    d = (ga_direction){.residual = 5.0, .bar = (double)NAN};
    cr_expect(!ga_direction_disagrees(&d));
    cr_expect(isinf(ga_directions_exclude(&d, 1, 1e-3)));
    d = (ga_direction){.residual = 1.5, .bar = 1.0, .allowed = 0.4};
    cr_expect(ga_direction_disagrees(&d));
    d.allowed = 0.6;
    cr_expect(!ga_direction_disagrees(&d), "what the gradient may err");
}

/* ---- What is excluded ----------------------------------------------------------------------- */

Test(measure_direction, what_is_excluded_is_seen_999_times_of_1000)
{
    enum {
        TRIES = 20000,
        DIRECTIONS = 4
    };
    ga_direction d[DIRECTIONS];
    memset(d, 0, sizeof d);
    for (size_t q = 0; q < DIRECTIONS; q++) {
        d[q].bar = 1.0;
    }
    const double limit = ga_directions_exclude(d, DIRECTIONS, 1e-3);
    cr_expect(limit > 6.0 && limit < 8.0, "got %g", limit);
    for (size_t faults = 1; faults <= 6; faults++) {
        size_t missed = 0;
        for (uint64_t try = 0; try < TRIES; try++) {
            double largest = 0.0;
            for (uint64_t q = 0; q < DIRECTIONS; q++) {
                const double x[8] = {0};
                double v[8];
                const ga_sweep sweep = {.key = ga_hash(try, q, GA_FOR_LINE, faults), .scale = 1.0};
                ga_sweep_shares_f64(&sweep, x, x, 0, faults, v);
                double sum = 0.0;
                for (size_t j = 0; j < faults; j++) {
                    sum += v[j] * limit / sqrt((double)faults);
                }
                largest = fmax(largest, fabs(sum));
            }
            missed += largest <= 1.0;
        }
        cr_expect(missed <= 40, "%zu equal faults: missed %zu of %d", faults, missed, TRIES);
    }
}

Test(measure_direction, sign_directions_exclude_nothing)
{
    const ga_direction d = {.course = {.kind = GA_SWEEP_SIGN}, .bar = 1.0};
    cr_expect(isinf(ga_directions_exclude(&d, 1, 1e-3)));
    cr_expect(isinf(ga_directions_exclude(NULL, 0, 1e-3)));
}

/* ---- Roughness ------------------------------------------------------------------------------ */

/* Pairs at h, h/2, h/4 of a slope that is a Brownian motion of intensity 1 on either side. */
static void brownian(ga_direction *d, uint64_t seed, double h)
{
    enum {
        STEPS = 1024
    };
    double level[2] = {0};
    double area[2] = {0};
    *d = (ga_direction){0};
    for (int k = 0; k < 3; k++) {
        d->h[k] = h / (double)(1 << k);
    }
    const double step = h / STEPS;
    for (uint64_t i = 0; i < STEPS; i++) {
        for (uint64_t side = 0; side < 2; side++) {
            double normal = -6.0;
            for (uint64_t k = 0; k < 12; k++) {
                normal += ga_hash_uniform(ga_hash(seed, 2 * i + side, GA_FOR_LINE, k));
            }
            level[side] += sqrt(step) * normal;
            area[side] += step * level[side];
        }
        for (int k = 0; k < 3; k++) {
            if (i + 1 == (uint64_t)(STEPS >> k)) {
                d->residual_at[k] = (area[0] + area[1]) / (2.0 * d->h[k]);
                d->even_at[k] = area[0] - area[1];
            }
        }
    }
    d->pairs = 3;
}

Test(measure_direction, the_intensity_of_a_brownian_slope_is_found)
{
    enum {
        TRIES = 100
    };
    double sum = 0.0;
    size_t beyond = 0;
    for (uint64_t try = 0; try < TRIES; try++) {
        ga_direction d[4];
        const ga_direction *all[4] = {&d[0], &d[1], &d[2], &d[3]};
        for (uint64_t q = 0; q < 4; q++) {
            brownian(&d[q], 4 * try + q, 0.01);
        }
        const ga_roughness rough = ga_roughness_of(all, 4, 0, 1e-12);
        cr_expect(rough.freedom == 16 && !rough.smoother, "try %d", (int)try);
        sum += rough.sigma * rough.sigma;
        for (size_t q = 0; q < 4; q++) {
            const double bar = ga_roughness_reach(16) * rough.sigma * sqrt(d[q].h[2] / 6.0);
            beyond += !(fabs(d[q].residual_at[2]) <= bar);
        }
    }
    const double mean = sum / TRIES;
    cr_expect(mean > 0.85 && mean < 1.15, "intensity %g", mean);
    cr_expect(beyond == 0, "%zu of 400 errors beyond the bar", beyond);
}

Test(measure_direction, an_error_of_the_value_at_the_point_is_no_roughness)
{
    ga_direction d[4];
    const ga_direction *all[4] = {&d[0], &d[1], &d[2], &d[3]};
    for (uint64_t q = 0; q < 4; q++) {
        d[q] = (ga_direction){.pairs = 2, .h = {1e-3, 5e-4}};
        for (uint64_t k = 0; k < 2; k++) {
            const double u = ga_hash_uniform(ga_hash(1, q, GA_FOR_LINE, k));
            d[q].even_at[k] = 1e-9 * (8.0 + u);
        }
    }
    const ga_roughness shared = ga_roughness_of(all, 4, 0, 1e-9);
    cr_expect(shared.sigma == 0.0, "four standard deviations of f(x) alone: %g", shared.sigma);
    d[1].even_at[0] = 1e-7;
    const ga_roughness rough = ga_roughness_of(all, 4, 0, 1e-9);
    cr_expect(rough.sigma > 0.0, "but not of one direction");
}
