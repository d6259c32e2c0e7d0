set -e; false | true; echo ok; { false; echo no; }; echo no
