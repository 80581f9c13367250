#include "gateway/catalogue/catalogue.hpp"
