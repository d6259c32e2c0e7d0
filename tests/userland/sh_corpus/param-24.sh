x='  lead trail  '; y=${x#"${x%%[! ]*}"}; y=${y%"${y##*[! ]}"}; echo "[$y]"
