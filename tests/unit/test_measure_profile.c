/* What a run knows of its loss before the elements, and what a pilot adds to it. */
#include "test_measure.h"

#include <criterion/criterion.h>

#include <string.h>

static double wave(double x)
{
    return sin(3.0 * x) + 2.0;
}

static double in_float(double x)
{
    return (double)sinf((float)x);
}

static double in_sixteenths(double x)
{
    return floor(64.0 * x * x) / 16.0;
}

static double threshold(double x)
{
    return floor(x) + 3.0;
}

static double dead_unit(double x)
{
    return fmax(0.0, x - 1.1) + 1.0;
}

static double ripple(double x)
{
    return x + 1e-6 * sin(1e6 * x);
}

static ga_profile profile_of(subject *s, uint64_t seed)
{
    ga_profile profile;
    ga_line line = subject_line(s);
    line.stream = 0;
    ga_profile_begin(&profile, s->value(s->x), seed);
    ga_profile_noise(&profile, &line, subject_pick, s);
    return profile;
}

Test(measure_values, one_double_is_enough_to_see_that_a_loss_is_no_float)
{
    ga_values values;
    ga_values_begin(&values, 1.0);
    cr_expect(values.single, "1 is a float");
    ga_values_add(&values, (double)NAN);
    ga_values_add(&values, (double)INFINITY);
    cr_expect(values.single && values.largest == 1.0, "what is not finite says nothing");
    ga_values_add(&values, 0.1);
    cr_expect(!values.single);
}

Test(measure_values, a_lattice_is_believed_after_six_values)
{
    ga_values values;
    ga_values_begin(&values, 3.0);
    for (int i = 1; i <= 5; i++) {
        ga_values_add(&values, 3.0 + 0.0625 * (double)i);
    }
    cr_expect(ga_values_floor(&values) < 1e-6);
    ga_values_add(&values, 4.0);
    cr_expect(values.lattice == 0.0625, "%g", values.lattice);
    cr_expect(ga_values_floor(&values) == 0.3 * 0.0625);
    cr_expect(ga_values_quantum(&values) == 0x1p-22, "of a float near 3");
}

Test(measure_values, extremes)
{
    ga_values values;
    ga_values_begin(&values, 0.0);
    cr_expect(ga_values_floor(&values) > 0.0, "never 0");
    ga_values_add(&values, -0.0);
    cr_expect(values.others == 0, "-0 is 0");
    ga_values_add(&values, 5e-324);
    ga_values_add(&values, 1.7e308);
    cr_expect(isfinite(ga_values_floor(&values)) && values.lattice == 5e-324);
}

Test(measure_profile, a_clean_loss_costs_one_table)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        subject s = subject_at(wave, 0.5);
        const ga_profile profile = profile_of(&s, seed);
        cr_expect(profile.evaluations == GA_NOISE_POINTS && s.calls == profile.evaluations);
        cr_expect(profile.moves && profile.noise < 3e-15, "noise %g", profile.noise);
    }
}

Test(measure_profile, a_float_loss_has_the_noise_of_a_float)
{
    subject s = subject_at(in_float, 0.5);
    s.is_float = 1;
    const ga_profile profile = profile_of(&s, 1);
    cr_expect(profile.values.single);
    cr_expect(profile.noise > 5e-9 && profile.noise < 1e-6, "noise %g", profile.noise);
}

Test(measure_profile, quanta_are_noise)
{
    subject s = subject_at(in_sixteenths, 3.3);
    const ga_profile profile = profile_of(&s, 1);
    cr_expect(profile.noise >= 0.3 * 0.0625, "noise %g", profile.noise);
}

Test(measure_profile, fine_structure_is_seen_to_be_smooth_up_close)
{
    subject s = subject_at(ripple, 0.5);
    const ga_profile profile = profile_of(&s, 1);
    cr_expect(profile.noise > 1e-8 && profile.quiet >= 0.0 && profile.quiet < 1e-14);
}

Test(measure_profile, without_any_line_there_is_still_rounding)
{
    ga_profile profile;
    ga_profile_begin(&profile, 1.5, 1);
    ga_profile_noise(&profile, NULL, NULL, NULL);
    cr_expect(profile.noise > 0.0 && profile.evaluations == 0);
}

Test(measure_profile, learning_keeps_the_worst)
{
    subject s = subject_at(wave, 0.5);
    ga_profile profile = profile_of(&s, 1);
    const int before = profile.evaluations;
    ga_probe probe = {.evaluations = 5};
    probe.lesson = (ga_lesson){
        .values = profile.values, .noise = 1e-3, .refusals = 1, .glances = 2, .glances_won = 1};
    probe.lesson.values.largest = 100.0;
    ga_profile_learn(&profile, &probe);
    cr_expect(profile.noise == 1e-3 && profile.values.largest == 100.0);
    cr_expect(profile.refusals == 1 && profile.glances == 2 && profile.glances_won == 1);
    cr_expect(profile.moves && profile.evaluations == before + 5);
}

Test(measure_profile, probing_does_not_change_it)
{
    subject s = subject_at(wave, 0.5);
    const ga_profile profile = profile_of(&s, 1);
    const ga_profile copy = profile;
    const ga_line line = subject_line(&s);
    const ga_claim claim = {.analytic = 3.0 * cos(1.5), .rtol = 1e-6};
    ga_probe first;
    ga_probe second;
    ga_probe_element(&profile, &line, &claim, &first);
    ga_probe_element(&profile, &line, &claim, &second);
    cr_expect(first.value == second.value && first.evaluations == second.evaluations);
    cr_expect(profile.noise == copy.noise && profile.values.others == copy.values.others);
}

Test(measure_plateau, a_threshold_jumps)
{
    subject s = subject_at(threshold, 1.8);
    const ga_probe got = subject_probe(&s, 1.0, 1e-6, 1);
    cr_expect(got.verdict == GA_PROBE_INCONCLUSIVE);
    cr_expect(got.flat_step > 1e-6 && got.far_slope > 0.5, "%g %g", got.flat_step, got.far_slope);
    cr_expect(got.motion == GA_MOTION_JUMPS, "%s", ga_probe_reason_text(got.reason));
}

Test(measure_plateau, a_dead_unit_does_not)
{
    subject s = subject_at(dead_unit, 1.0);
    const ga_probe right = subject_probe(&s, 0.0, 1e-6, 1);
    cr_expect(right.verdict == GA_PROBE_PASS, "%s", ga_probe_reason_text(right.reason));
    cr_expect(right.motion == GA_MOTION_CONTINUOUS);
}
