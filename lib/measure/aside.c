/* placeholder */
#include "trial.h"
ga_stage ga_trial_aside(ga_trial *trial)
{
    return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_NO_ROOM);
}
