/*
 * The short way to a FAIL: cheap where the element's own evaluations meet what directions expect,
 * and never a way to accuse a right element, whatever was expected.
 */
#include "test_measure.h"

#include "calibration_functions.h"

#include <criterion/criterion.h>

#include <string.h>

enum {
    POINTS = 120 /* of each function */
};

/* A point on a calibration function, with the profile of a run over this element alone. */
typedef struct place {
    const calibration_function *function;
    double x;
    ga_line line;
    ga_profile profile;
} place;

static double value_at(void *context, double t)
{
    const place *p = context;
    const double x = p->function->is_float ? (double)(float)(p->x + t) : p->x + t;
    return p->function->value(x, p->x);
}

static int only_line(void *context, uint64_t random, ga_line *out)
{
    (void)random;
    *out = *(const ga_line *)context;
    return 1;
}

static double uniform(uint64_t stream, uint64_t counter)
{
    return ga_hash_uniform(ga_hash(11, stream, GA_FOR_LINE, counter));
}

/* 0: the point is too near 0. */
static int go_to(place *p, size_t function, uint64_t point)
{
    const calibration_function *f = calibration_functions + function;
    const double share = uniform(function, point);
    double x = f->logarithmic ? exp(log(f->low) + share * (log(f->high) - log(f->low)))
                              : f->low + share * (f->high - f->low);
    x = f->is_float ? (double)(float)x : x;
    *p = (place){.function = f, .x = x};
    p->line = (ga_line){
        .value = value_at,
        .context = p,
        .at = x,
        .scale = fabs(x),
        .reach = fabs(x),
        .below = (double)INFINITY,
        .above = (double)INFINITY,
        .is_float = f->is_float,
        .stream = 1,
    };
    if (!f->logarithmic && fabs(x) < 1e-3 * f->high) {
        return 0;
    }
    ga_profile_begin(&p->profile, value_at(p, 0.0), ga_hash(11, function, GA_FOR_SPACING, point));
    ga_profile_noise(&p->profile, &p->line, only_line, &p->line);
    return 1;
}

static ga_claim claim_of(const place *p, double analytic)
{
    return (ga_claim){
        .analytic = analytic,
        .rtol = p->function->is_float ? 1e-4 : 1e-5,
        .rounding = 1e-12 * fabs(analytic) + p->function->rounding,
    };
}

static int has_slope(size_t function)
{
    return calibration_functions[function].group != CALIBRATION_UNDEFINED;
}

/* What could be expected of a right element by mistake: another slope, or that of a larger scale.
 */
static double wrong_expectation(place *p, double slope, int which)
{
    static const double times[] = {1.01, 1.0001, -1.0, 0.0, 2.0};
    static const double steps[] = {1e-2, 1e-4, 1e-6, 1e-8};
    if (which < 5) {
        return slope == 0.0 ? 0.01 : slope * times[which];
    }
    const double h = steps[which - 5] * fabs(p->x);
    return (value_at(p, h) - value_at(p, -h)) / h / 2.0;
}

Test(measure_confirm, no_expectation_accuses_a_right_element)
{
    size_t probed = 0;
    for (size_t f = 0; f < calibration_function_count; f++) {
        for (uint64_t i = 0; i < POINTS && has_slope(f); i++) {
            place p;
            if (!go_to(&p, f, i)) {
                continue;
            }
            const double slope = p.function->slope(p.x, p.x);
            const ga_claim claim = claim_of(&p, slope);
            for (int which = 0; which < 9; which++) {
                const double expected = wrong_expectation(&p, slope, which);
                const double bar = 0.2 * fabs(expected - slope);
                ga_probe probe;
                ga_probe_confirm(&p.profile, &p.line, &claim, expected, bar, &probe);
                cr_assert(probe.verdict != GA_PROBE_FAIL, "%s at %.17g: %g is right, not %g +- %g",
                          p.function->name, p.x, slope, probe.value, probe.uncertainty);
                probed++;
            }
        }
    }
    cr_expect(probed > 50000, "%zu", probed);
}

Test(measure_confirm, a_wrong_element_takes_few_evaluations)
{
    static const double times[] = {2.0, -1.0, 0.0, 1.1, 1.01};
    double probed = 0.0;
    double evaluations = 0.0;
    double caught = 0.0;
    double by_whole_probe = 0.0;
    double covered = 0.0;
    for (size_t f = 0; f < calibration_function_count; f++) {
        for (uint64_t i = 0; i < POINTS && has_slope(f); i++) {
            place p;
            if (!go_to(&p, f, i)) {
                continue;
            }
            const double slope = p.function->slope(p.x, p.x);
            for (size_t k = 0; k < sizeof times / sizeof *times; k++) {
                const double fault = slope == 0.0 ? 0.01 : (times[k] - 1.0) * slope;
                const ga_claim claim = claim_of(&p, slope + fault);
                ga_probe probe;
                ga_probe whole;
                ga_probe_confirm(&p.profile, &p.line, &claim, slope, 1e-3 * fabs(fault), &probe);
                ga_probe_element(&p.profile, &p.line, &claim, &whole);
                probed++;
                evaluations += (double)probe.evaluations;
                caught += probe.verdict == GA_PROBE_FAIL;
                by_whole_probe += whole.verdict == GA_PROBE_FAIL;
                covered += probe.verdict == GA_PROBE_FAIL &&
                           fabs(probe.value - slope) <= probe.uncertainty + 4e-16 * fabs(slope);
            }
        }
    }
    /* measured: 5.7, where the whole probe takes 24 */
    cr_expect(evaluations <= 7.0 * probed, "%.2f evaluations", evaluations / probed);
    cr_expect(caught >= 0.999 * by_whole_probe, "%.0f caught, not %.0f", caught, by_whole_probe);
    cr_expect(covered >= 0.998 * caught, "%.5f covered", covered / caught);
}

static double cubic(double x)
{
    return x * x * x;
}

static double bent(double x)
{
    return fabs(x - 1.0) + x;
}

static ga_probe confirm_subject(double (*value)(double), double x, double claim, double expected)
{
    subject s = subject_at(value, x);
    const ga_line line = subject_line(&s);
    const ga_claim said = {.analytic = claim, .rtol = 1e-6};
    ga_profile profile;
    ga_probe probe;
    ga_profile_begin(&profile, value(x), 3);
    ga_profile_noise(&profile, &line, subject_pick, &s);
    ga_probe_confirm(&profile, &line, &said, expected, 1e-6, &probe);
    cr_expect(s.strayed == 0);
    return probe;
}

Test(measure_confirm, two_evaluations_are_enough_where_all_is_clear)
{
    const ga_probe probe = confirm_subject(cubic, 2.0, 11.0, 12.0);
    cr_expect(probe.verdict == GA_PROBE_FAIL && probe.reason == GA_DIFFERS);
    cr_expect(probe.evaluations == 2, "%d evaluations", probe.evaluations);
    cr_expect(fabs(probe.value - 12.0) <= probe.uncertainty, "%.17g", probe.value);
    cr_expect(probe.uncertainty < 1e-4, "%g", probe.uncertainty);
}

Test(measure_confirm, what_does_not_meet_the_expectation_goes_through_the_whole_probe)
{
    const ga_probe wrong = confirm_subject(cubic, 2.0, 11.0, 13.0);
    cr_expect(wrong.verdict == GA_PROBE_FAIL && wrong.evaluations > 10, "%d", wrong.evaluations);
    const ga_probe right = confirm_subject(cubic, 2.0, 12.0, 13.0);
    cr_expect(right.verdict == GA_PROBE_PASS);
}

Test(measure_confirm, a_kink_is_a_kink)
{
    const ga_probe probe = confirm_subject(bent, 1.0, 0.5, 1.0);
    cr_expect(probe.verdict == GA_PROBE_KINK, "%s", ga_probe_reason_text(probe.reason));
}

Test(measure_confirm, a_claim_that_is_no_number_fails_without_an_evaluation)
{
    const ga_probe probe = confirm_subject(cubic, 2.0, (double)NAN, 12.0);
    cr_expect(probe.verdict == GA_PROBE_FAIL && probe.reason == GA_CLAIM_NOT_FINITE);
    cr_expect(probe.evaluations == 0);
}

Test(measure_confirm, an_expectation_that_is_no_number_is_none)
{
    static const double odd[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        const ga_probe right = confirm_subject(cubic, 2.0, 12.0, odd[i]);
        cr_expect(right.verdict == GA_PROBE_PASS);
        const ga_probe wrong = confirm_subject(cubic, 2.0, 11.0, odd[i]);
        cr_expect(wrong.verdict == GA_PROBE_FAIL);
    }
}

Test(measure_confirm, the_same_seed_gives_the_same_bits)
{
    const ga_probe one = confirm_subject(cubic, 2.0, 11.0, 12.0);
    const ga_probe two = confirm_subject(cubic, 2.0, 11.0, 12.0);
    cr_expect(memcmp(&one.value, &two.value, sizeof one.value) == 0);
    cr_expect(memcmp(&one.uncertainty, &two.uncertainty, sizeof one.uncertainty) == 0);
}
