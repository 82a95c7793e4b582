/*
 * One constant factor in everything.
 *
 * A sum where a mean was meant, a forgotten 1/2, a sign convention: every gradient is the same
 * multiple of its slope. That is one fault, not n, and it must not drown the others: it is looked
 * for in the pilot elements, before all others, and divided out.
 */
#include "study.h"

#include <math.h>

/* Ratios that people forget. With one of these two elements are enough, else it takes three. */
static const double USUAL[] = {-1.0, 2.0, 0.5, -2.0, -0.5, 4.0, 0.25};
enum {
    USUAL_COUNT = sizeof USUAL / sizeof *USUAL
};

/* An element says something about a ratio when its slope is known to one per cent. */
static const double KNOWN = 0.01;

static int says_something(const ga_pilot_probe *pilot)
{
    const ga_probe *const probe = &pilot->probe;
    return probe->verdict == GA_PROBE_FAIL && pilot->claimed != 0 && isfinite(probe->value) &&
           probe->value != 0 && probe->uncertainty <= KNOWN * fabs(probe->value);
}

/* Does the element have this ratio, within its bar? */
static int agrees(const ga_pilot_probe *pilot, double ratio)
{
    const double slope = pilot->claimed / ratio;
    const double allowed = 1.5 * pilot->probe.uncertainty + 1e-5 * fabs(slope);
    return fabs(slope - pilot->probe.value) <= allowed;
}

static size_t count_agreeing(const ga_pilot_probe *pilot, size_t count, double ratio)
{
    size_t agreeing = 0;
    for (size_t i = 0; i < count; i++) {
        agreeing += says_something(&pilot[i]) && agrees(&pilot[i], ratio);
    }
    return agreeing;
}

/* The ratio of one element, or the usual one it may be. */
static double ratio_of(const ga_pilot_probe *pilot, int *usual)
{
    const double ratio = pilot->claimed / pilot->probe.value;
    const double bar = pilot->probe.uncertainty / fabs(pilot->probe.value);
    *usual = 0;
    for (int k = 0; k < USUAL_COUNT; k++) {
        if (fabs(ratio - USUAL[k]) <= fabs(USUAL[k]) * (1.5 * bar + 1e-5)) {
            *usual = 1;
            return USUAL[k];
        }
    }
    return ratio;
}

double ga_study_common_ratio(const ga_pilot_probe *pilot, size_t count, size_t *seen)
{
    size_t telling = 0; /* elements that could tell a ratio, or say that there is none */
    size_t needed = 0;
    double best_bar = (double)INFINITY;
    double best = 1.0;
    *seen = 0;
    for (size_t i = 0; i < count; i++) {
        const ga_probe *const probe = &pilot[i].probe;
        if (probe->verdict == GA_PROBE_PASS && pilot[i].claimed != 0 &&
            probe->resolution <= KNOWN * fabs(pilot[i].claimed)) {
            *seen = 0;
            return 1.0; /* one that is right as it is */
        }
        telling += probe->verdict == GA_PROBE_FAIL;
        if (!says_something(&pilot[i])) {
            continue;
        }
        /* The ratio that most of them share; of one element's own, the one known best. */
        int usual = 0;
        const double ratio = ratio_of(&pilot[i], &usual);
        const double bar = probe->uncertainty / fabs(probe->value);
        const size_t agreeing = count_agreeing(pilot, count, ratio);
        if (agreeing > *seen || (agreeing == *seen && bar < best_bar)) {
            *seen = agreeing;
            best = ratio;
            best_bar = bar;
            needed = usual ? 2 : 3;
        }
    }
    return *seen >= needed && 4 * *seen >= 3 * telling ? best : 1.0;
}
