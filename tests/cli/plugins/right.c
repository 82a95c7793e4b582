/* One subject, and nothing wrong with it. */
#include "bowl.h"

static const ga_subject subjects[] = {
    {.name = "bowl", .summary = "a bowl, right", .open = bowl_open},
};
GA_PLUGIN(subjects)
