import{lookAgain}from"./chunk-TIVQPTVV.mjs";import"./chunk-7CHCWIRN.mjs";import"./chunk-TOBNFM2S.mjs";export{lookAgain};
