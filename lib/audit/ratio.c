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

double ga_study_common_ratio(const ga_pilot_probe *pilot, size_t count, size_t *seen)
{
    size_t telling = 0; /* elements that could tell a ratio, or say that there is none */
    double best_bar = (double)INFINITY;
    double ratio = 1.0;
    for (size_t i = 0; i < count; i++) {
        const ga_probe *const probe = &pilot[i].probe;
        if (probe->verdict == GA_PROBE_PASS && pilot[i].claimed != 0 &&
            probe->resolution <= KNOWN * fabs(pilot[i].claimed)) {
            *seen = 0;
            return 1.0; /* one that is right as it is */
        }
        if (!says_something(&pilot[i])) {
            telling += probe->verdict == GA_PROBE_FAIL;
            continue;
        }
        telling++;
        const double bar = probe->uncertainty / fabs(probe->value);
        if (bar < best_bar) {
            best_bar = bar;
            ratio = pilot[i].claimed / probe->value;
        }
    }
    int usual = 0;
    for (int k = 0; k < USUAL_COUNT; k++) {
        if (fabs(ratio - USUAL[k]) <= fabs(USUAL[k]) * (1.5 * best_bar + 1e-5)) {
            ratio = USUAL[k];
            usual = 1;
        }
    }
    const size_t agreeing = count_agreeing(pilot, count, ratio);
    *seen = agreeing;
    const size_t needed = usual ? 2 : 3;
    return agreeing >= needed && 4 * agreeing >= 3 * telling ? ratio : 1.0;
}
