x=' '; set -- $x; echo $#; set -- a$x; echo $#; set -- $x"" ; echo $#; set -- ""$x; echo $#
