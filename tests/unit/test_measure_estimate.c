/* Estimates hold the truth within their bars; kinks are told from curvature. */
#include "kink.h"
#include "test_measure.h"

#include <criterion/criterion.h>

static double steep(double x)
{
    return exp(3.0 * x);
}

static double kinked(double x)
{
    return 2.0 * fabs(x - 1.0) + x * x;
}

static double linear(double x)
{
    return 3.0 * x - 1.0;
}

static void measure(subject *s, const double *steps, int count, ga_pairs *out)
{
    const ga_line line = subject_line(s);
    ga_watch watch = {.line = &line, .most = 100};
    ga_values_begin(&watch.values, s->value(s->x));
    out->count = 0;
    for (int i = 0; i < count; i++) {
        ga_pairs_add(out, &watch, steps[i], NULL);
    }
}

Test(measure_estimate, the_truth_is_within_the_bar)
{
    for (int k = 0; k < 300; k++) {
        const double x = 2.0 * ga_hash_uniform(ga_hash(3, 3, GA_FOR_LINE, (uint64_t)k)) - 1.0;
        const double h = pow(10.0, -1.0 - (double)(k % 6));
        const double steps[] = {h, h / 2.0, h / 5.0};
        subject s = subject_at(steep, x);
        ga_pairs pairs;
        measure(&s, steps, 3, &pairs);
        const ga_estimate made = ga_estimate_slope(&pairs, 0, 3, 1e-16 * steep(x));
        const double error = fabs(made.value - 3.0 * steep(x));
        cr_expect(error <= made.bar, "x %g h %g: error %g, bar %g", x, h, error, made.bar);
        cr_expect(made.noise + made.truncation <= made.bar * (1.0 + 1e-12));
    }
}

Test(measure_estimate, pairs_stand_in_order_of_falling_step)
{
    const double steps[] = {1e-3, 1e-1, 1e-5, 1e-2};
    subject s = subject_at(steep, 0.5);
    ga_pairs pairs;
    measure(&s, steps, 4, &pairs);
    for (int i = 1; i < pairs.count; i++) {
        cr_expect(pairs.pair[i - 1].h > pairs.pair[i].h);
    }
}

Test(measure_estimate, nothing_usable_is_an_infinite_bar)
{
    const double steps[] = {1e-3, 0.9e-3};
    subject s = subject_at(steep, 0.5);
    ga_pairs pairs;
    measure(&s, steps, 2, &pairs);
    const ga_estimate made = ga_estimate_slope(&pairs, 0, 2, 1e-16);
    cr_expect(isnan(made.value) && isinf(made.bar) && made.at < 0);
}

Test(measure_estimate, second_order_narrows_the_bar)
{
    const double two[] = {1e-2, 5e-3};
    const double three[] = {2e-2, 1e-2, 5e-3};
    subject s = subject_at(steep, 0.5);
    ga_pairs pairs;
    measure(&s, two, 2, &pairs);
    const double before = ga_estimate_slope(&pairs, 0, 2, 1e-16).bar;
    measure(&s, three, 3, &pairs);
    const double after = ga_estimate_slope(&pairs, 0, 3, 1e-16).bar;
    cr_expect(after < 0.1 * before, "from %g to %g", before, after);
}

Test(measure_kink, shows_at_the_kink_and_nowhere_else)
{
    const double steps[] = {1e-3, 3e-4};
    ga_pairs pairs;
    subject at = subject_at(kinked, 1.0);
    measure(&at, steps, 2, &pairs);
    cr_expect(ga_kink_shows(&pairs, 1e-16));
    subject beside = subject_at(kinked, 1.1);
    measure(&beside, steps, 2, &pairs);
    cr_expect(!ga_kink_shows(&pairs, 1e-16));
    subject straight = subject_at(linear, 1.0);
    measure(&straight, steps, 2, &pairs);
    cr_expect(!ga_kink_shows(&pairs, 1e-16));
}

Test(measure_kink, noise_hides_it)
{
    const double steps[] = {1e-3, 3e-4};
    ga_pairs pairs;
    subject at = subject_at(kinked, 1.0);
    measure(&at, steps, 2, &pairs);
    cr_expect(!ga_kink_shows(&pairs, 1e-2));
}

Test(measure_kink, sides_hold_both_slopes)
{
    const double steps[] = {1e-3, 3e-4};
    ga_pairs pairs;
    subject at = subject_at(kinked, 1.0);
    measure(&at, steps, 2, &pairs);
    const ga_sides sides = ga_kink_sides(&pairs, 1e-16);
    cr_expect(sides.settled);
    cr_expect(fabs(sides.left - 0.0) < 1e-3 && fabs(sides.right - 4.0) < 1e-3);
    cr_expect(sides.low <= 0.0 && sides.high >= 4.0, "[%g, %g]", sides.low, sides.high);
}
