// test_headers.cc — nothing: the precompiled headers of the tests need a home.
