/* One-sided slopes: at a bound, near a bound, and never across one. */
#include "test_measure.h"

#include <criterion/criterion.h>

#include <string.h>

static double wave(double x)
{
    return sin(3.0 * x) + 2.0;
}

static double slope(double x)
{
    return 3.0 * cos(3.0 * x);
}

static double noisy(double x)
{
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof bits);
    return wave(x) + 1e-8 * ga_hash_uniform(ga_hash(bits, 0, GA_FOR_LINE, 0));
}

static double flat(double x)
{
    return 4.0 + 0.0 * x;
}

static double root(double x)
{
    return x * sqrt(x); /* NaN below 0, slope 0 at 0 */
}

static subject bounded(double (*value)(double), uint64_t seed, double *x)
{
    *x = 2.0 * ga_hash_uniform(ga_hash(8, seed, GA_FOR_LINE, 0)) - 1.0;
    subject s = subject_at(value, *x);
    const double narrow = seed % 2 ? 0.0 : 1e-9;
    const double wide = seed % 3 ? (double)INFINITY : 1e-2;
    s.below = seed % 5 < 2 ? narrow : wide;
    s.above = seed % 5 < 2 ? wide : narrow;
    return s;
}

Test(measure_aside, right_gradients_pass_and_wrong_ones_fail)
{
    for (uint64_t seed = 0; seed < 500; seed++) {
        double x = 0.0;
        subject s = bounded(wave, seed, &x);
        const ga_probe right = subject_probe(&s, slope(x), 1e-6, seed);
        cr_expect(right.verdict == GA_PROBE_PASS, "x %g seed %d: %s, %g +- %g, truth %g", x,
                  (int)seed, ga_probe_reason_text(right.reason), right.value, right.uncertainty,
                  slope(x));
        cr_expect(fabs(right.value - slope(x)) <= right.uncertainty);
        cr_expect(right.evaluations <= 12, "%d evaluations", right.evaluations);
        const ga_probe wrong = subject_probe(&s, slope(x) * 1.001, 1e-6, seed);
        cr_expect(wrong.verdict == GA_PROBE_FAIL, "x %g seed %d: %s, %g +- %g, truth %g", x,
                  (int)seed, ga_probe_reason_text(wrong.reason), wrong.value, wrong.uncertainty,
                  slope(x));
        cr_expect(s.strayed == 0, "%d of %d steps strayed", s.strayed, s.calls);
    }
}

Test(measure_aside, noise_is_no_reason_to_fail)
{
    int passed = 0;
    int caught = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        double x = 0.0;
        subject s = bounded(noisy, seed, &x);
        const ga_probe right = subject_probe(&s, slope(x), 1e-6, seed);
        cr_expect(right.verdict != GA_PROBE_FAIL, "seed %d: %g +- %g, truth %g", (int)seed,
                  right.value, right.uncertainty, slope(x));
        passed += right.verdict == GA_PROBE_PASS;
        caught += subject_probe(&s, slope(x) * 1.1, 1e-6, seed).verdict == GA_PROBE_FAIL;
        cr_expect(s.strayed == 0);
    }
    cr_expect(passed > 900, "%d passed", passed);
    cr_expect(caught > 900, "%d caught", caught);
}

Test(measure_aside, flat_losses)
{
    subject s = subject_at(flat, 1.0);
    s.below = 0.0;
    cr_expect(subject_probe(&s, 0.0, 1e-6, 1).verdict == GA_PROBE_PASS);
    cr_expect(subject_probe(&s, 1.0, 1e-6, 1).verdict == GA_PROBE_INCONCLUSIVE);
    cr_expect(s.strayed == 0);
}

Test(measure_aside, the_bound_of_the_domain)
{
    subject s = subject_at(root, 0.0);
    s.below = 0.0;
    const ga_probe got = subject_probe(&s, 1.0, 1e-6, 1);
    cr_expect(got.verdict == GA_PROBE_FAIL, "%s: %g +- %g", ga_probe_reason_text(got.reason),
              got.value, got.uncertainty);
    cr_expect(s.strayed == 0);
}
