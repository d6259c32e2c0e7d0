# embed.cmake — compiles the catalogue's texts into its library.
#
# Included by the top CMakeLists it declares the rule; run as a script
# (cmake -P) it writes the source: a table of paths and raw strings.

if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB_RECURSE texts RELATIVE ${ROOT} ${ROOT}/images/* ${ROOT}/common/*
       ${ROOT}/host/*)
  list(SORT texts)
  set(source "// Made by sim/catalog/embed.cmake; not to be edited.\n\n")
  string(APPEND source "#include \"sim/catalog/embedded.h\"\n\n"
         "namespace drydock::catalog {\n\n"
         "const std::vector<EmbeddedFile>& embedded_files() {\n"
         "  static const std::vector<EmbeddedFile> files = {\n")
  foreach(text ${texts})
    file(READ ${ROOT}/${text} content)
    string(APPEND source "{\"${text}\", R\"_dock_(${content})_dock_\"},\n")
  endforeach()
  string(APPEND source "  };\n  return files;\n}\n\n"
         "}  // namespace drydock::catalog\n")
  file(WRITE ${OUTPUT} "${source}")
  return()
endif()

set(catalog_root ${PROJECT_SOURCE_DIR}/sim/catalog)
set(catalog_source ${PROJECT_BINARY_DIR}/catalog_embedded.cc)
file(GLOB_RECURSE catalog_texts CONFIGURE_DEPENDS ${catalog_root}/images/*
     ${catalog_root}/common/* ${catalog_root}/host/*)
add_custom_command(
  OUTPUT ${catalog_source}
  COMMAND ${CMAKE_COMMAND} -DROOT=${catalog_root} -DOUTPUT=${catalog_source}
          -P ${catalog_root}/embed.cmake
  DEPENDS ${catalog_texts} ${catalog_root}/embed.cmake
  COMMENT "Embedding the catalogue")
target_sources(drydock_catalog PRIVATE ${catalog_source})
