/* S02 jump: x stands right on a threshold. */
#include "expect.h"

#include <string.h>

/* What is added to a smooth loss of each element. */
typedef double shape(double x);

typedef struct shaped {
    shape *of, *slope;
} shaped;

static double smooth(double x)
{
    return cos(x) + 0.5 * x;
}

static double shaped_loss(const double *x, size_t n, void *user)
{
    const shaped *const s = user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += smooth(x[i]) + s->of(x[i]);
    }
    return sum;
}

static int shaped_grad(const double *x, size_t n, double *g, void *user)
{
    const shaped *const s = user;
    for (size_t i = 0; i < n; i++) {
        g[i] = 0.5 - sin(x[i]) + s->slope(x[i]);
    }
    return 0;
}

static ga_problem *open_shaped(const shaped *s, size_t n, const double *x)
{
    ga_problem *problem = NULL;
    (void)ga_problem_flat(&(ga_flat){.name = "shaped",
                                     .n = n,
                                     .x = x,
                                     .loss = shaped_loss,
                                     .grad = shaped_grad,
                                     .user = (void *)(uintptr_t)s},
                          &problem);
    return problem;
}

static double zero(double x)
{
    (void)x;
    return 0.0;
}

static double one(double x)
{
    (void)x;
    return 1.0;
}

static double at_zero(double x)
{
    return x > 0.0 ? 1.0 : 0.0;
}

static double at_one(double x)
{
    return x >= 1.0 ? 0.25 : 0.0;
}

/* The threshold is a few roundings beside x = 1. */
static double just_beside_one(double x)
{
    return x > 1.0 + 3.0 * 0x1p-52 ? 0.25 : 0.0;
}

static double sign(double x)
{
    return (x > 0.0) - (x < 0.0);
}

static double left_out(double x)
{
    return x == 1.0 ? 0.5 : 0.0;
}

static double wraps(double x)
{
    return x - floor(x);
}

Test(jump, loud_on_thresholds_at_the_point)
{
    static const shaped cases[] = {
        {at_zero, zero}, {at_one, zero},   {just_beside_one, zero},
        {sign, zero},    {left_out, zero}, {wraps, one},
    };
    static const double points[] = {0.0, 1.0, 1.0, 0.0, 1.0, 2.0};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const double x[3] = {0.4, points[k], -0.7};
        ga_result *result = audit_expecting(open_shaped(&cases[k], 3, x), "S02");
        const ga_finding *const finding = finding_of(result, "S02", "x");
        cr_expect_eq(finding->severity, GA_ERROR);
        cr_expect_eq(finding->count, 1, "case %zu", k);
        cr_expect_eq(finding->indices[0], 1);
        cr_expect(strstr(finding->message, "the loss jumps by"), "%s", finding->message);
        ga_result_free(result);
    }
}

Test(jump, states_its_height)
{
    static const shaped gate = {at_one, zero};
    ga_result *result = audit_expecting(open_shaped(&gate, 1, (double[]){1.0}), "S02");
    cr_expect(strstr(finding_of(result, "S02", "x")->message, "by 0.25 at `x[0]`"));
    ga_result_free(result);
}

/* The gradient of one side is neither right nor wrong at the jump; a wrong one elsewhere is. */
static double off(double x)
{
    return x == 0.0 ? 7.0 : x > 0.0 ? 0.1 : 0.0;
}

Test(jump, accuses_no_gradient_at_the_jump_but_others)
{
    static const shaped gate = {at_zero, off};
    static const ga_options here = {.points = 1};
    expect_codes_with(open_shaped(&gate, 1, (double[]){0.0}), &here, "S02");
    expect_codes_with(open_shaped(&gate, 2, (double[]){0.0, 0.6}), &here, "S02 G01");
}

Test(jump, silent_off_the_threshold)
{
    static const shaped gate = {at_one, zero};
    static const ga_options only = {.select = "S02"};
    expect_codes_with(open_shaped(&gate, 3, (double[]){0.4, 1.0 + 1e-9, -0.7}), &only, "");
    expect_codes_with(open_shaped(&gate, 3, (double[]){0.4, 1.0 - 1e-7, -0.7}), &only, "");
    expect_codes(open_shaped(&gate, 3, (double[]){0.4, 1.0 - 1e-3, -0.7}), "");
}

/* ---- Steep, singular, kinked, rough: all continuous -------------------------------------------
 */

static double kinked(double x)
{
    return 3.0 * fabs(x);
}

static double kinked_slope(double x)
{
    return 3.0 * sign(x);
}

static double root(double x)
{
    return sqrt(fabs(x));
}

static double tenth_root(double x)
{
    return pow(fabs(x), 0.1);
}

static double cube_root(double x)
{
    return cbrt(x);
}

static double logarithmic(double x)
{
    return x == 0.0 ? 0.0 : 1.0 / (1.0 - log(fabs(x)));
}

static double steep(double x)
{
    return tanh(x / 1e-9);
}

static double steep_slope(double x)
{
    const double t = tanh(x / 1e-9);
    return (1.0 - t * t) / 1e-9;
}

static double steep_at_one(double x)
{
    return tanh((x - 1.0) / 1e-12);
}

static double steep_at_one_slope(double x)
{
    const double t = tanh((x - 1.0) / 1e-12);
    return (1.0 - t * t) / 1e-12;
}

static double in_float(double x)
{
    return (double)(float)(x * x);
}

static double twice(double x)
{
    return 2.0 * x;
}

static double rough(double x)
{
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits ^ (bits >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
    return 1e-6 * (double)(bits >> 11) * 0x1p-53;
}

static double pole(double x)
{
    return 1e-3 / (x + 1e-6);
}

static double pole_slope(double x)
{
    return -1e-3 / ((x + 1e-6) * (x + 1e-6));
}

Test(jump, silent_on_what_is_continuous)
{
    static const struct {
        shaped s;
        double x;
    } cases[] = {
        {{kinked, kinked_slope}, 0.0},
        {{root, zero}, 0.0},
        {{tenth_root, zero}, 0.0},
        {{cube_root, zero}, 0.0},
        {{logarithmic, zero}, 0.0},
        {{steep, steep_slope}, 0.0},
        {{steep, zero}, 0.0},
        {{in_float, twice}, 1.0},
        {{in_float, zero}, 0.7},
        {{rough, zero}, 1.0},
        {{pole, pole_slope}, 0.0},
        {{pole, zero}, 0.0},
        {{kinked, zero}, 1e-12},
        {{root, zero}, 1e-15},
        {{steep_at_one, steep_at_one_slope}, 1.0},
        {{steep_at_one, zero}, 1.0},
    };
    static const ga_options only = {.select = "S02"};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const double x[3] = {0.4, cases[k].x, -0.7};
        expect_codes_with(open_shaped(&cases[k].s, 3, x), &only, "");
    }
}

Test(jump, silent_on_losses_that_are_no_functions)
{
    static const ga_options only = {.select = "S02"};
    for (restless_kind kind = RESTLESS_NOT; kind <= RESTLESS_ONE_LATE; kind++) {
        restless state;
        expect_codes_with(restless_open(&state, kind), &only, "");
    }
}

/* Stairs that x meets at an edge, beside others that rest: one fault, S03. */
Test(jump, leaves_stairs_to_the_plateau)
{
    expect_codes(flat(stairs, stairs_through, 3, (double[]){1.3, 1.25, 2.7}), "S03");
}

Test(jump, accepted_when_it_is_meant)
{
    static const shaped gate = {at_zero, zero};
    ga_problem *p = open_shaped(&gate, 2, (double[]){0.0, 0.5});
    ga_allow(p, "S02", "x", "starts at the gate");
    expect_codes(p, "");
}
