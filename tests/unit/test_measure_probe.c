/* Verdicts on losses whose slope is known. */
#include "test_measure.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <string.h>

static double wave(double x)
{
    return sin(3.0 * x) + 2.0;
}

static double hinge(double x)
{
    return fabs(x - 1.0) + 0.5 * x;
}

static double nothing(double x)
{
    return 5.0 + 0.0 * x;
}

static double bowl(double x)
{
    return 3.0 * (x - 2.0) * (x - 2.0) + 1.0;
}

static double in_float(double x)
{
    const float y = (float)x;
    return (double)(y * y * y + 1.0F);
}

static double noisy(double x)
{
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof bits);
    return exp(x) + 1e-5 * ga_hash_uniform(ga_hash(bits, 0, GA_FOR_LINE, 0));
}

static double undefined_around(double x)
{
    return x == 1.0 ? 2.0 : (double)NAN;
}

static double edge(double x)
{
    return sqrt(x); /* NaN below 0 */
}

static double stairs(double x)
{
    return floor(8.0 * x) / 8.0 + 3.0;
}

/* Cases travel to another process: they carry a number, not an address. */
enum {
    WAVE,
    HINGE,
    NOTHING,
    BOWL,
    IN_FLOAT,
    NOISY,
    UNDEFINED_AROUND,
    EDGE,
    STAIRS
};

static double (*const functions[])(double x) = {
    wave, hinge, nothing, bowl, in_float, noisy, undefined_around, edge, stairs};

typedef struct verdict_case {
    char why[56];
    int function;
    double x;
    double g;
    double rtol;
    ga_probe_verdict want;
} verdict_case;

ParameterizedTestParameters(measure_probe, verdict)
{
    static verdict_case cases[] = {
        {"right", WAVE, 0.3, 1.8648299048119935, 1e-6, GA_PROBE_PASS},
        {"a millionth off is within rtol", WAVE, 0.3, 1.864829904e0 * (1 + 5e-7), 1e-6,
         GA_PROBE_PASS},
        {"ten millionths off is not", WAVE, 0.3, 1.8648299048119935 * (1 + 1e-5), 1e-6,
         GA_PROBE_FAIL},
        {"wrong sign", WAVE, 0.3, -1.8648299048119935, 1e-6, GA_PROBE_FAIL},
        {"zero", WAVE, 0.3, 0.0, 1e-6, GA_PROBE_FAIL},
        {"absurd", WAVE, 0.3, 1e200, 1e-6, GA_PROBE_FAIL},
        {"not a number", WAVE, 0.3, (double)NAN, 1e-6, GA_PROBE_FAIL},
        {"infinite", WAVE, 0.3, -(double)INFINITY, 1e-6, GA_PROBE_FAIL},
        {"kink, left slope", HINGE, 1.0, -0.5, 1e-6, GA_PROBE_KINK},
        {"kink, right slope", HINGE, 1.0, 1.5, 1e-6, GA_PROBE_KINK},
        {"kink, mean slope", HINGE, 1.0, 0.5, 1e-6, GA_PROBE_KINK},
        {"kink, outside", HINGE, 1.0, 1.8, 1e-6, GA_PROBE_FAIL},
        {"beside a kink", HINGE, 1.0 + 1e-6, 1.5, 1e-6, GA_PROBE_PASS},
        {"beside a kink, other side's slope", HINGE, 1.0 + 1e-6, -0.5, 1e-6, GA_PROBE_FAIL},
        {"flat and 0", NOTHING, 2.0, 0.0, 1e-6, GA_PROBE_PASS},
        {"flat and not 0", NOTHING, 2.0, 1.0, 1e-6, GA_PROBE_INCONCLUSIVE},
        {"stationary", BOWL, 2.0, 0.0, 1e-6, GA_PROBE_PASS},
        {"stationary, wrong", BOWL, 2.0, 1e-3, 1e-6, GA_PROBE_FAIL},
        {"at 0", WAVE, 0.0, 3.0, 1e-6, GA_PROBE_PASS},
        {"float inside", IN_FLOAT, 0.75, 1.6875, 1e-4, GA_PROBE_PASS},
        {"float inside, wrong", IN_FLOAT, 0.75, 1.75, 1e-4, GA_PROBE_FAIL},
        {"noisy", NOISY, 1.0, 2.718281828, 1e-6, GA_PROBE_PASS},
        {"noisy, wrong", NOISY, 1.0, 3.0, 1e-6, GA_PROBE_FAIL},
        {"no neighbours", UNDEFINED_AROUND, 1.0, 1.0, 1e-6, GA_PROBE_NONFINITE},
        {"close to the edge of the domain", EDGE, 1e-9, 0.5 / 3.1622776601683795e-5, 1e-6,
         GA_PROBE_PASS},
        {"on the edge of the domain", EDGE, 0.0, 1.0, 1e-6, GA_PROBE_NONFINITE},
        {"stairs, slope of the ramp", STAIRS, 1.03, 1.0, 1e-6, GA_PROBE_INCONCLUSIVE},
    };
    return cr_make_param_array(verdict_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(verdict_case *c, measure_probe, verdict)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        subject s = subject_at(functions[c->function], c->x);
        const ga_probe got = subject_probe(&s, c->g, c->rtol, seed);
        cr_expect(got.verdict == c->want, "%s, seed %d: got %d, %s (%g +- %g)", c->why, (int)seed,
                  (int)got.verdict, ga_probe_reason_text(got.reason), got.value, got.uncertainty);
        cr_expect(got.evaluations <= GA_PROBE_EVALUATIONS);
    }
}

Test(measure_probe, an_obvious_agreement_costs_two_evaluations)
{
    subject s = subject_at(wave, 0.3);
    const ga_probe got = subject_probe(&s, 3.0 * cos(0.9), 1e-6, 1);
    cr_expect(got.evaluations == 2, "%d", got.evaluations);
    cr_expect(got.resolution <= 1e-6 * 3.0 * cos(0.9) + 1e-14);
    cr_expect(got.step > 0.0);
}

Test(measure_probe, the_slope_is_within_its_uncertainty)
{
    for (uint64_t seed = 0; seed < 300; seed++) {
        const double x = 4.0 * ga_hash_uniform(ga_hash(4, seed, GA_FOR_LINE, 0)) - 2.0;
        const double truth = 3.0 * cos(3.0 * x);
        subject s = subject_at(wave, x);
        const ga_probe got = subject_probe(&s, 1.01 * truth, 1e-6, seed);
        cr_expect(got.verdict == GA_PROBE_FAIL);
        cr_expect(fabs(got.value - truth) <= got.uncertainty, "x %g: %g +- %g, truth %g", x,
                  got.value, got.uncertainty, truth);
    }
}

Test(measure_probe, a_kink_shows_its_one_sided_slopes)
{
    subject s = subject_at(hinge, 1.0);
    const ga_probe got = subject_probe(&s, 0.5, 1e-6, 1);
    cr_expect(fabs(got.left + 0.5) < 1e-3 && fabs(got.right - 1.5) < 1e-3);
    cr_expect(got.limit == GA_LIMIT_KINK);
}

Test(measure_probe, strict_passes_nothing_wider_than_the_tolerance)
{
    subject s = subject_at(noisy, 1.0);
    const ga_line line = subject_line(&s);
    const ga_claim claim = {.analytic = exp(1.0), .rtol = 1e-6};
    ga_profile profile;
    ga_probe got;
    ga_profile_begin(&profile, noisy(1.0), 1);
    profile.strict = 1;
    ga_profile_noise(&profile, &line, NULL, NULL);
    ga_probe_element(&profile, &line, &claim, &got);
    cr_expect(got.verdict == GA_PROBE_INCONCLUSIVE);
    cr_expect(got.limit == GA_LIMIT_NOISE);
}

Test(measure_probe, strict_does_not_trust_a_flat_loss_beyond_its_noise)
{
    subject s = subject_at(nothing, 2.0);
    const ga_line line = subject_line(&s);
    const ga_claim claim = {.analytic = 0.0, .rtol = 1e-6};
    ga_profile profile;
    ga_probe got;
    ga_profile_begin(&profile, nothing(2.0), 1);
    profile.strict = 1;
    ga_profile_noise(&profile, &line, NULL, NULL);
    ga_probe_element(&profile, &line, &claim, &got);
    cr_expect(got.verdict == GA_PROBE_INCONCLUSIVE && got.reason == GA_DEAD);
}

Test(measure_probe, same_seed_same_bits)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        subject s = subject_at(noisy, 0.1 * (double)seed);
        const ga_probe one = subject_probe(&s, 1.0, 1e-6, seed);
        const ga_probe two = subject_probe(&s, 1.0, 1e-6, seed);
        cr_expect(one.verdict == two.verdict && one.evaluations == two.evaluations);
        cr_expect(memcmp(&one.value, &two.value, sizeof one.value) == 0);
        cr_expect(memcmp(&one.uncertainty, &two.uncertainty, sizeof one.value) == 0);
    }
}

Test(measure_probe, every_reason_has_a_text)
{
    cr_expect_str_eq(ga_probe_reason_text(GA_AGREES), "agrees");
    cr_expect_str_eq(ga_probe_reason_text(GA_ASIDE_UNREPEATABLE),
                     "one-sided: differs, but not repeatably");
}
