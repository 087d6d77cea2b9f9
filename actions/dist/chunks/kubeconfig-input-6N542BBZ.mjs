import{readKubeconfigInput}from"./chunk-KSTOTIZQ.mjs";import"./chunk-TOBNFM2S.mjs";export{readKubeconfigInput};
