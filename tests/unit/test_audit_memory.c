/* Allocation k of an audit fails, for every k: GA_ENOMEM, nothing leaked, the parameters restored.
 */
#include "failing_memory.h"

#include "gradaudit/gradaudit.h"

#include <criterion/criterion.h>
#include <string.h>

typedef struct net {
    double w[12], dw[12];
    float b[3], db[3];
} net;

static double loss(void *user)
{
    const net *const at = user;
    double sum = 0.0;
    for (int i = 0; i < 12; i++) {
        sum += at->w[i] * at->w[i] * at->w[i] * (double)at->b[i % 3];
    }
    return sum;
}

/* Wrong in one place, and unwritten in another, so that findings and bitmaps need memory, too. */
static int gradient(void *user)
{
    net *const at = user;
    memset(at->db, 0, sizeof at->db);
    for (int i = 0; i < 12; i++) {
        if (i != 5) {
            at->dw[i] = (i == 2 ? 2.0 : 3.0) * at->w[i] * at->w[i] * (double)at->b[i % 3];
        }
        at->db[i % 3] += (float)(at->w[i] * at->w[i] * at->w[i]);
    }
    return 0;
}

Test(memory, of_an_audit)
{
    static net start;
    for (int i = 0; i < 12; i++) {
        start.w[i] = 0.3 + 0.1 * i;
        start.b[i % 3] = 1.5f;
    }
    long granted = 0;
    ga_status status = GA_ENOMEM;
    for (; status == GA_ENOMEM && granted < 1000; granted++) {
        net at = start;
        ga_problem *p = NULL;
        ga_problem_new("net", &p);
        GA_TENSOR(p, "w", at.w, at.dw, 12);
        GA_TENSOR(p, "b", at.b, at.db, 3);
        ga_problem_callbacks(p, loss, gradient, &at);
        const long before = alive;
        ga_result *result = NULL;
        allowed = granted;
        status = ga_audit(p, NULL, &result);
        allowed = -1;
        cr_assert(status == GA_OK || status == GA_ENOMEM, "%ld granted: %s", granted,
                  ga_status_text(status));
        cr_expect((result != NULL) == (status == GA_OK));
        cr_expect(memcmp(at.w, start.w, sizeof at.w) == 0 &&
                  memcmp(at.b, start.b, sizeof at.b) == 0);
        ga_result_free(result);
        cr_assert(alive == before, "%ld left with %ld granted", alive - before, granted);
        ga_problem_free(p);
    }
    cr_expect(status == GA_OK && granted > 15, "%ld", granted);
}
