import{lookAgain}from"./chunk-AC3HQTXO.mjs";import"./chunk-KQWQIEYI.mjs";import"./chunk-RFKTUHIL.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{lookAgain};
