import{lookAgain}from"./chunk-PH62EIW2.mjs";import"./chunk-COJXIPYQ.mjs";import"./chunk-YWBOZO2G.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{lookAgain};
