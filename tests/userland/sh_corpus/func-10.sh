f() { g() { echo inner; }; }; g 2>/dev/null || echo none; f; g
