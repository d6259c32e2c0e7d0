// shim_image.S — the shim's program as bytes of this one.
        .section .rodata
        .global drydock_shim_begin
        .global drydock_shim_end
        .balign 16
drydock_shim_begin:
        .incbin DRYDOCK_SHIM
drydock_shim_end:
        .byte 0
        .section .note.GNU-stack,"",@progbits
