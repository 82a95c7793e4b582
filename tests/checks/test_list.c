#include "expect.h"
Test(a, b)
{
}
