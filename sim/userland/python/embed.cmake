# embed.cmake — compiles the Python library's texts into the userland.
#
# Included by the top CMakeLists it declares the rule; run as a script
# (cmake -P) it writes the source: a table of paths and raw strings.

if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB_RECURSE texts RELATIVE ${ROOT} ${ROOT}/lib/* ${ROOT}/packages/*)
  list(FILTER texts EXCLUDE REGEX "__pycache__")
  list(SORT texts)
  set(source "// Made by sim/userland/python/embed.cmake; not to be edited.\n\n")
  string(APPEND source "#include \"sim/userland/python/library.h\"\n\n"
         "namespace drydock::userland::python {\n\n"
         "const std::vector<LibraryFile>& library_files() {\n"
         "  static const std::vector<LibraryFile> files = {\n")
  foreach(text ${texts})
    file(READ ${ROOT}/${text} content)
    string(APPEND source "{\"${text}\", R\"_dock_(${content})_dock_\"},\n")
  endforeach()
  string(APPEND source "  };\n  return files;\n}\n\n"
         "}  // namespace drydock::userland::python\n")
  file(WRITE ${OUTPUT} "${source}")
  return()
endif()

set(python_root ${PROJECT_SOURCE_DIR}/sim/userland/python)
set(python_source ${PROJECT_BINARY_DIR}/python_library.cc)
file(GLOB_RECURSE python_texts CONFIGURE_DEPENDS ${python_root}/lib/*
     ${python_root}/packages/*)
add_custom_command(
  OUTPUT ${python_source}
  COMMAND ${CMAKE_COMMAND} -DROOT=${python_root} -DOUTPUT=${python_source}
          -P ${python_root}/embed.cmake
  DEPENDS ${python_texts} ${python_root}/embed.cmake
  COMMENT "Embedding the Python library")
target_sources(drydock_userland PRIVATE ${python_source})
