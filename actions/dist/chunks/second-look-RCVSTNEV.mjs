import{lookAgain}from"./chunk-2XGWOCYV.mjs";import"./chunk-IXDTPEMU.mjs";import"./chunk-VOVSBUEJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{lookAgain};
