/* See watch.h. */
#include "watch.h"

#include <math.h>

double ga_watch_value(ga_watch *watch, double t)
{
    if (watch->evaluations >= watch->most) {
        return (double)NAN;
    }
    const double value = watch->line->value(watch->line->context, t);
    watch->evaluations++;
    ga_values_add(&watch->values, value);
    return value;
}

double ga_watch_draw(ga_watch *watch, ga_purpose purpose, double low, double high)
{
    const uint64_t bits = ga_hash(watch->seed, watch->line->stream, purpose, watch->draws);
    watch->draws++;
    return low + (high - low) * ga_hash_uniform(bits);
}
