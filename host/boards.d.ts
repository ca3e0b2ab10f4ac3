/**
 * Pins that the applications of this folder look for, each only after it asked whether its board has it. Other
 * applications get the pins of their board from tools/config/boards.
 */
declare const LED1: Pin;
declare const LED2: Pin;
declare const LED3: Pin;
declare const BTN1: Pin;
